"""Whole runs on the tiny checkpoint: text to latent to picture."""

import pytest
import torch

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.conditioning import Conditioning
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.table import FAMILIES
from diffusion.guidance.cfg import ClassifierFreeGuidance
from diffusion.image.pixels import from_autoencoder
from diffusion.processes.discrete import DiscreteProcess
from diffusion.processes.process import start
from diffusion.sample import RunSettings, sample, seeds_for
from diffusion.samplers.table import SAMPLERS
from diffusion.schedules.discrete import scaled_linear
from diffusion.text.clip import encode_prompts
from diffusion.text.tokenizer_files import open_tokenizer

PROCESS = DiscreteProcess(scaled_linear())


@pytest.fixture(scope="module")
def parts(tiny_checkpoint):
    checkpoint = open_model(tiny_checkpoint)
    unet = materialise(checkpoint.denoiser)
    text = materialise(checkpoint.text[0].weighted)
    autoencoder = materialise(checkpoint.autoencoder.weighted)
    features = encode_prompts(text, open_tokenizer(checkpoint.text[0], checkpoint.path), ["a red circle", ""])
    positive, negative = (Conditioning(features.sequence[index : index + 1]) for index in (0, 1))
    guided = ClassifierFreeGuidance(NetworkDenoiser(unet, FAMILIES["sd1"], PROCESS), positive, negative, 3.0)
    return guided, autoencoder


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_paints_a_picture_with_a_real_network(parts, sampler):
    guided, autoencoder = parts
    latent = sample(
        guided, torch.zeros(1, 4, 8, 8), PROCESS, RunSettings(sampler=sampler, steps=3), seeds=seeds_for(7, 1)
    )
    picture = from_autoencoder(autoencoder.decode(latent / 0.18215))
    assert picture.shape == (1, 64, 64, 3)
    assert torch.isfinite(picture).all()


def test_a_picture_does_not_depend_on_its_batch(parts):
    guided, _ = parts
    settings = RunSettings(steps=3, sampler="euler_ancestral")
    batch = sample(guided, torch.zeros(2, 4, 8, 8), PROCESS, settings, seeds=seeds_for(7, 2))
    alone = sample(guided, torch.zeros(1, 4, 8, 8), PROCESS, settings, seeds=[8])
    torch.testing.assert_close(batch[1:], alone, atol=1e-4, rtol=1e-4)


def test_a_network_can_be_stopped_inside_a_step(parts):
    guided, _ = parts
    calls = []

    def stop() -> None:
        calls.append(None)
        if len(calls) == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        sample(guided, torch.zeros(1, 4, 8, 8), PROCESS, RunSettings(steps=1), seeds=[0], interrupt=stop)
    assert len(calls) == 5


def test_a_hook_is_gone_after_its_run(parts):
    guided, _ = parts
    calls = []
    settings = RunSettings(steps=1)
    sample(guided, torch.zeros(1, 4, 8, 8), PROCESS, settings, seeds=[0], interrupt=lambda: calls.append(None))
    counted = len(calls)
    assert counted > 10
    sample(guided, torch.zeros(1, 4, 8, 8), PROCESS, settings, seeds=[0])
    assert len(calls) == counted


def test_no_strength_returns_the_latent_unchanged(parts):
    latent = torch.randn(1, 4, 8, 8)
    assert torch.equal(sample(parts[0], latent, PROCESS, RunSettings(denoise=0.0), seeds=[0]), latent)


def test_the_latent_shows_through_the_scaled_noise_of_a_run_of_full_strength_and_the_noise_of_a_weaker_one():
    latent, noise = torch.ones(1, 4, 2, 2), torch.full((1, 4, 2, 2), 2.0)
    full = start(PROCESS, latent, noise, PROCESS.sigma_max)
    torch.testing.assert_close(full, latent + noise * (1 + PROCESS.sigma_max**2) ** 0.5)
    empty = start(PROCESS, torch.zeros_like(latent), noise, PROCESS.sigma_max)
    assert torch.equal(empty, noise * (1 + PROCESS.sigma_max**2) ** 0.5)
    assert torch.equal(start(PROCESS, latent, noise, 3.0), torch.full((1, 4, 2, 2), 7.0))


def test_seeds_of_a_batch_count_up_and_wrap():
    assert seeds_for(2**64 - 1, 3) == [2**64 - 1, 0, 1]


def test_seeds_must_be_as_many_as_pictures(parts):
    with pytest.raises(ValueError, match="2 seeds were given for 1 pictures"):
        sample(parts[0], torch.zeros(1, 4, 8, 8), PROCESS, RunSettings(), seeds=[1, 2])
