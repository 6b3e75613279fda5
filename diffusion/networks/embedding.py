"""Sinusoidal embedding of timesteps and noise levels."""

import math

import torch
from torch import Tensor


def timestep_embedding(timesteps: Tensor, width: int, max_period: float = 10_000.0) -> Tensor:
    """Embed timesteps as cosines, then sines, of geometrically spaced frequencies.

    The order (cosine half first) is the one of latent-diffusion and guided-diffusion; DDPM has the sines first.

    Args:
        timesteps: [B], integer or fractional.
        width: size of the embedding; an odd width is padded with a zero.
        max_period: period of the slowest frequency, in timesteps.

    Returns:
        [B, width] float32; float32 always, because bfloat16 cannot tell neighbouring timesteps apart.
    """
    half = width // 2
    exponents = torch.arange(half, dtype=torch.float32, device=timesteps.device) / half
    frequencies = torch.exp(-math.log(max_period) * exponents)
    angles = timesteps.float()[:, None] * frequencies[None]
    embedding = torch.cat([angles.cos(), angles.sin()], dim=-1)
    if width % 2:
        embedding = torch.nn.functional.pad(embedding, (0, 1))
    return embedding
