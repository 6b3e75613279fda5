"""The vector that tells SDXL the size, the crop and the rating of its picture (Podell et al. 2023, section 2.2)."""

import torch
from torch import Tensor

from diffusion.networks.embedding import timestep_embedding

# Every number gets this many features.
NUMBER_WIDTH = 256


def embed_numbers(numbers: Tensor) -> Tensor:
    """Embed numbers [B, N] like timesteps, each by itself; returns [B, N·256] float32."""
    batch, amount = numbers.shape
    return timestep_embedding(numbers.reshape(-1), NUMBER_WIDTH).reshape(batch, amount * NUMBER_WIDTH)


def size_vector(pooled: Tensor, *numbers: Tensor) -> Tensor:
    """Put pooled text features [B, width] and embedded numbers into the vector `y` of an SDXL UNet.

    Args:
        pooled: of the second text encoder, projected.
        numbers: each [B, n], in the order of the model. Base: original size (height, width), crop (top, left), target
            size (height, width), all in pixels. Refiner: original size, crop, aesthetic score.

    Returns:
        [B, width + 256·(number of numbers)].
    """
    return torch.cat([pooled, embed_numbers(torch.cat(numbers, dim=1)).to(pooled.dtype)], dim=1)
