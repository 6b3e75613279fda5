"""A file of Stable Diffusion 1.5's full size: every key and shape, random weights."""

import time
from itertools import pairwise

import pytest
import torch

from diffusion.checkpoints.keys import sd1
from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise, release
from diffusion.conditioning import Conditioning
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.table import FAMILIES
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.interrupt import interruptible
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.processes.discrete import DiscreteProcess
from diffusion.schedules.discrete import scaled_linear
from diffusion.text.clip import encode_prompts
from diffusion.text.tokenizer_files import open_tokenizer
from tests.random_checkpoint import write_random_checkpoint


def published_shapes() -> dict[str, tuple[int, ...]]:
    """Key → shape of the published file; that these are they is tested against its manifest in test_load.py."""
    with torch.device("meta"):
        parts = {
            sd1.UNET: UNet(UNetConfig()),
            sd1.AUTOENCODER: AutoencoderKL(AutoencoderConfig()),
            sd1.TEXT + "text_model.": ClipText(ClipTextConfig()).transformer,
        }
    return {
        prefix + name: tuple(tensor.shape)
        for prefix, network in parts.items()
        for name, tensor in network.state_dict().items()
    }


@pytest.mark.large
@pytest.mark.parametrize(("dtype", "gigabytes"), [("F16", 2.1), ("F32", 4.3)])
def test_a_file_of_full_size_opens_at_once_runs_and_can_be_stopped(tmp_path, dtype, gigabytes):
    path = tmp_path / "sd15.safetensors"
    write_random_checkpoint(path, published_shapes(), dtype)
    assert path.stat().st_size / 1e9 == pytest.approx(gigabytes, abs=0.05)
    open_model(path)
    started = time.perf_counter()
    checkpoint = open_model(path)
    # Only the header is read: the size of the weights does not matter.
    assert time.perf_counter() - started < 3

    text = materialise(checkpoint.text[0].weighted)
    features = encode_prompts(text, open_tokenizer(checkpoint.text[0], checkpoint.path), ["a red circle"])
    assert features.sequence.shape == (1, 77, 768)
    release(checkpoint.text[0].weighted)

    unet = materialise(checkpoint.denoiser)
    denoiser = NetworkDenoiser(unet, FAMILIES["sd1"], DiscreteProcess(scaled_linear()))
    with torch.inference_mode():
        out = denoiser(torch.randn(1, 4, 16, 16), 5.0, Conditioning(features.sequence))
    assert torch.isfinite(out).all()
    check_stop(lambda: denoiser(torch.randn(1, 4, 64, 64), 5.0, Conditioning(features.sequence)))
    release(checkpoint.denoiser)

    with torch.inference_mode():
        assert materialise(checkpoint.autoencoder.weighted).decode(out / 0.18215).shape == (1, 3, 128, 128)
    release(checkpoint.autoencoder.weighted)
    path.unlink()


def check_stop(run) -> None:
    """Stop a full-size forward pass at its twelfth pause, and report how long it went without one."""
    pauses: list[float] = []

    def note() -> None:
        pauses.append(time.perf_counter())
        if len(pauses) == 12:
            raise InterruptedError

    with interruptible(note), torch.inference_mode(), pytest.raises(InterruptedError):
        run()
    print(f"longest time between two pauses: {max(later - sooner for sooner, later in pairwise(pauses)):.2f} s")
