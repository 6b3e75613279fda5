"""The forward process of variance-preserving diffusion (Ho et al. 2020, equation 4)."""

import torch
from torch import Tensor


def cumulative_alphas(betas: Tensor) -> Tensor:
    """Return ᾱ [T] float64: how much of the picture's power is left after each timestep."""
    return torch.cumprod(1 - betas.double(), dim=0)


def noised(x: Tensor, noise: Tensor, cumulative: Tensor, timesteps: Tensor) -> Tensor:
    """Return √ᾱ·x + √(1-ᾱ)·noise.

    Args:
        x, noise: [B, ...].
        cumulative: ᾱ of the schedule, [T].
        timesteps: [B], whole numbers from 0 to T-1.
    """
    kept = cumulative.to(x.device)[timesteps].reshape(-1, *[1] * (x.ndim - 1))
    return kept.sqrt().to(x.dtype) * x + (1 - kept).sqrt().to(x.dtype) * noise
