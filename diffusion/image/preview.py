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


# Fitted for Stable Diffusion XL by Timothy Alexis Vass, "Explaining the SDXL latent space" (Hugging Face, 2023), there
# for 0..255.
SDXL_PREVIEW: tuple[Rgb, ...] = (
    (60 / 255, 60 / 255, 60 / 255),
    (-60 / 255, -5 / 255, 10 / 255),
    (25 / 255, 15 / 255, -5 / 255),
    (-70 / 255, -50 / 255, -35 / 255),
    (150 / 255, 140 / 255, 130 / 255),
)


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


def latent_picture(latent: Tensor, matrix: Sequence[Rgb] | None) -> Tensor:
    """Map a denoiser's latents [B, C, h, w] to small pictures [B, h, w, 3] in 0..1, whatever they are.

    With a matrix see `latent_to_rgb`. Without one, three channels are taken for pixels in -1..1, and of more the first
    three are stretched to what the eye sees: an impression of where things are, not of their colours.
    """
    if matrix is not None:
        return latent_to_rgb(latent, matrix)
    three = latent[:, :3].float()
    if latent.shape[1] > 3:
        low, high = three.amin(dim=(2, 3), keepdim=True), three.amax(dim=(2, 3), keepdim=True)
        three = (three - low) / (high - low).clamp(min=1e-6) * 2 - 1
    if three.shape[1] < 3:
        three = three[:, :1].expand(-1, 3, -1, -1)
    return (three.permute(0, 2, 3, 1) / 2 + 0.5).clamp(0, 1)
