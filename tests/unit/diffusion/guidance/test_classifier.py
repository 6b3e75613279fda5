"""Guidance by a judge of noisy pictures: its direction, its two forms, and inference mode."""

from dataclasses import dataclass

import pytest
import torch

from diffusion.checkpoints.record import NoiseFacts
from diffusion.checkpoints.weights import Weighted
from diffusion.guidance.classifier import ClassifierGuidance, ClipGuidance, Judge, gradient_of
from diffusion.guidance.piece import Moment
from diffusion.networks.noisy_clip import NoisyClipConfig, NoisyClipImage
from diffusion.processes.discrete import DiscreteProcess
from diffusion.processes.table import schedule_for
from diffusion.samplers.chain import ChainRun, sample_chain
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.posterior import clean_from_noise, noise_from_clean
from diffusion.schedules.cosine import linear_betas
from diffusion.schedules.respacing import respaced, timesteps_named

PROCESS = DiscreteProcess(schedule_for(NoiseFacts("linear", 1e-4, 0.02)))
BETAS = linear_betas()


@dataclass(frozen=True, eq=False)
class Pull(ClassifierGuidance):
    """A judge with a gradient that can be written down: log p = -(x - 1)² / 2 for every value."""

    def push(self, x, timesteps):
        return self.strength * (1 - x)


def pull(strength=1.0):
    return Pull(None, torch.tensor([0]), strength, 8)


def test_the_form_for_levels_is_the_form_for_noise():
    """ε̂ - √(1-ᾱ)·∇ at unit variance, and x̂0 + σ²/√(1+σ²)·∇ at level σ, are one (Dhariwal & Nichol, algorithm 2)."""
    torch.manual_seed(0)
    timestep = 400
    chain = respaced(BETAS, torch.arange(1000))
    index = torch.tensor([timestep])
    x, clean = torch.randn(1, 3, 8, 8), torch.randn(1, 3, 8, 8)
    kept = chain.cumulative[timestep].item()
    noise = noise_from_clean(chain, index, x, clean) - (1 - kept) ** 0.5 * (1 - x)
    expected = clean_from_noise(chain, index, x, noise)
    sigma = PROCESS.sigmas[timestep].item()
    moment = Moment(x * (1 + sigma**2) ** 0.5, sigma, {"positive": clean}, 1.0, PROCESS, lambda hook: clean)
    torch.testing.assert_close(pull().finish(moment, clean), expected, atol=1e-4, rtol=1e-4)


def kept_at(timesteps):
    return torch.cumprod(1 - BETAS, dim=0)[timesteps].float().reshape(-1, 1, 1, 1)


def exact_noise(x, timesteps):
    """Of data that is normal around 0 with variance 1/4."""
    kept = kept_at(timesteps)
    return (1 - kept).sqrt() * x / (0.25 * kept + 1 - kept)


def exact_push(x, timesteps):
    """Gradient of log p(y = 1 | x_t) where y is x0 with noise of variance 1."""
    kept = kept_at(timesteps)
    slope = kept.sqrt() * 0.25 / (0.25 * kept + 1 - kept)
    spread = 0.25 * (1 - kept) / (0.25 * kept + 1 - kept)
    return (1 - slope * x) / (1 + spread) * slope


@pytest.mark.parametrize("walk", ["ddpm", "ddim"])
def test_an_exact_judge_leads_to_the_exact_posterior(walk):
    """N(0, 1/4) given one look of variance 1 that showed 1 is normal around 1/5: both algorithms end there."""

    def end(push):
        noise = SeededNoise([0], (3, 32, 32))
        run = ChainRun(variance="fixed_small", walk=walk, push=push)
        return sample_chain(exact_noise, noise.draw(), respaced(BETAS, timesteps_named("250")), run, noise=noise)

    assert end(None).mean().item() == pytest.approx(0, abs=0.03)
    assert end(exact_push).mean().item() == pytest.approx(0.2, abs=0.03)


def test_a_gradient_passes_inside_inference_mode():
    weight = torch.full((4,), 2.0)
    with torch.inference_mode():
        x = torch.ones(1, 4)
        gradient = gradient_of(lambda watched: (watched * weight).sum(), x)
    torch.testing.assert_close(gradient, weight[None])


def test_pictures_of_another_size_are_refused_with_both_sizes():
    judge = ClassifierGuidance(None, torch.tensor([0]), 1.0, 64)
    with pytest.raises(ValueError, match=r"64 × 64 pixels, and the run's are 32 × 32"):
        judge.push(torch.zeros(1, 3, 32, 32), torch.tensor([0]))


def test_clip_guidance_climbs_the_similarity():
    torch.manual_seed(0)
    config = NoisyClipConfig(width=16, layers=1, heads=2, embedding=8, positions=5, patch=4)
    network = NoisyClipImage(config).requires_grad_(False).eval()
    text = torch.nn.functional.normalize(torch.randn(1, 8), dim=-1)
    judge = ClipGuidance(Weighted(network, None, ""), text, 1.0)
    x, timesteps = torch.randn(1, 3, 8, 8), torch.tensor([500])
    with torch.inference_mode():
        step = judge.push(x, timesteps)
    before, after = ((network(picture, timesteps) * text).sum() for picture in (x, x + 0.01 * step / step.norm()))
    assert after > before
    assert isinstance(judge, Judge)
