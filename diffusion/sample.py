"""One run: from a latent and seeds, through noise, to a denoised latent."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.networks.interrupt import Hook, interruptible
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.step import Callback
from diffusion.samplers.table import SAMPLERS
from diffusion.schedules.discrete import DiscreteSchedule
from diffusion.schedules.table import sigmas_for


@dataclass(frozen=True)
class RunSettings:
    """How to walk from noise to picture.

    Attributes:
        sampler: a key of `SAMPLERS`.
        spacing: a key of `SCHEDULES`.
        steps: 1 or more.
        denoise: 1 starts from pure noise and ignores the latent; less keeps more of it; 0 returns it unchanged.
    """

    sampler: str = "euler"
    spacing: str = "normal"
    steps: int = 20
    denoise: float = 1.0


def seeds_for(seed: int, batch: int) -> list[int]:
    """Return a seed per picture: `seed`, `seed` + 1 … modulo 2⁶⁴, so that any picture of a batch can be made alone."""
    return [(seed + index) % 2**64 for index in range(batch)]


def noisy_start(latent: Tensor, noise: Tensor, sigma: float, schedule: DiscreteSchedule) -> Tensor:
    """Return x at level σ: latent + σ·noise, or at the model's largest level √(1+σ²)·noise alone.

    There the model was trained to see what is left of a picture drowned in noise of unit variance.
    """
    if sigma >= schedule.sigma_max * (1 - 1e-5):
        return noise * (1 + sigma**2) ** 0.5
    return latent + noise * sigma


@torch.inference_mode()
def sample(
    denoiser: Denoiser,
    latent: Tensor,
    schedule: DiscreteSchedule,
    settings: RunSettings,
    *,
    seeds: Sequence[int],
    callback: Callback | None = None,
    interrupt: Hook | None = None,
) -> Tensor:
    """Make a latent.

    Args:
        denoiser: guided or not; see `ClassifierFreeGuidance`.
        latent: [B, C, H, W] in the denoiser's space (the autoencoder's latent times the family's scale), on the device
            to run on; zeros to start from nothing.
        schedule: the model's noise levels.
        settings: sampler, spacing, steps, strength.
        seeds: one per picture; see `seeds_for`.
        callback: told at each step.
        interrupt: called between the network's blocks; raising ends the run.

    Returns:
        [B, C, H, W] float32 in the denoiser's space.

    Raises:
        ValueError: an unknown name, no steps, or a number of seeds that is not B.
    """
    if settings.sampler not in SAMPLERS:
        raise ValueError(f"there is no sampler named {settings.sampler!r}; use one of {', '.join(SAMPLERS)}")
    if len(seeds) != latent.shape[0]:
        raise ValueError(f"{len(seeds)} seeds were given for {latent.shape[0]} pictures")
    sigmas = sigmas_for(settings.spacing, schedule, settings.steps, settings.denoise)
    latent = latent.float()
    if len(sigmas) < 2:
        return latent
    noise = SeededNoise(seeds, latent.shape[1:], latent.device)
    x = noisy_start(latent, noise.draw(), sigmas[0].item(), schedule)
    with interruptible(interrupt):
        return SAMPLERS[settings.sampler](denoiser, x, sigmas, noise=noise, callback=callback)
