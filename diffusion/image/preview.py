"""A glimpse of a latent without decoding it: each cell becomes a pixel by a linear map of its channels."""

from collections.abc import Sequence

import torch
from torch import Tensor

Rgb = tuple[float, float, float]

# Fitted for Stable Diffusion 1.4 by Kevin Turner, "Decoding latents to RGB without upscaling" (Hugging Face forum,
# 2022), there giving -1..1; halved and shifted here to give 0..1 from scaled latents.
SD1_PREVIEW: tuple[Rgb, ...] = (
    (0.1490, 0.1035, 0.1040),
    (0.0935, 0.1430, 0.0865),
    (-0.0790, 0.0945, 0.1320),
    (-0.0920, -0.1355, -0.2365),
    (0.5, 0.5, 0.5),
)

PIXEL_PREVIEW: tuple[Rgb, ...] = ((0.5, 0.0, 0.0), (0.0, 0.5, 0.0), (0.0, 0.0, 0.5), (0.5, 0.5, 0.5))
"""Pixels in -1..1 as they are."""


def latent_to_rgb(latent: Tensor, matrix: Sequence[Rgb] = SD1_PREVIEW) -> Tensor:
    """Map scaled latents [B, C, h, w] to small pictures [B, h, w, 3] in 0..1.

    Args:
        latent: in the denoiser's space; a step's `denoised` gives the clearest view.
        matrix: C rows of red, green, blue per channel, then a row of bias.

    Raises:
        ValueError: the matrix has not C + 1 rows.
    """
    if len(matrix) != latent.shape[1] + 1:
        raise ValueError(f"a preview of {latent.shape[1]} channels needs {latent.shape[1] + 1} rows, not {len(matrix)}")
    weights = torch.tensor(matrix, dtype=torch.float32, device=latent.device)
    colours = latent.float().permute(0, 2, 3, 1) @ weights[:-1] + weights[-1]
    return colours.clamp(0, 1)
