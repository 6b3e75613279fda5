"""How near a picture is to the one it should be."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW = 11
SIGMA = 1.5


def psnr(images: Tensor, reference: Tensor) -> Tensor:
    """Return the peak signal-to-noise ratio of pictures [B, C, H, W] in 0..1, in decibels, [B]; ∞ where equal."""
    _check(images, reference)
    error = (images.double() - reference.double()).square().flatten(1).mean(dim=1)
    return torch.where(error > 0, -10 * torch.log10(error), torch.full_like(error, math.inf))


def ssim(images: Tensor, reference: Tensor) -> Tensor:
    """Return the structural similarity of pictures [B, C, H, W] in 0..1, [B], at most 1 (Wang et al. 2004).

    A Gaussian window of 11 × 11 and deviation 1.5, whole windows only, as in the paper.

    Raises:
        ValueError: of different shapes, or smaller than the window.
    """
    _check(images, reference)
    if min(images.shape[2:]) < WINDOW:
        raise ValueError(f"Structural similarity needs pictures of at least {WINDOW} × {WINDOW} pixels.")
    steps = torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2
    line = torch.exp(-(steps**2) / (2 * SIGMA**2))
    line = line / line.sum()
    channels = images.shape[1]
    window = (line[:, None] * line[None, :]).expand(channels, 1, -1, -1).to(images.device)

    def mean(of: Tensor) -> Tensor:
        return F.conv2d(of, window, groups=channels)

    first, second = images.double(), reference.double()
    mean_first, mean_second = mean(first), mean(second)
    spread_first = mean(first * first) - mean_first**2
    spread_second = mean(second * second) - mean_second**2
    shared = mean(first * second) - mean_first * mean_second
    small, larger = 0.01**2, 0.03**2
    top = (2 * mean_first * mean_second + small) * (2 * shared + larger)
    bottom = (mean_first**2 + mean_second**2 + small) * (spread_first + spread_second + larger)
    return (top / bottom).flatten(1).mean(dim=1)


def _check(images: Tensor, reference: Tensor) -> None:
    if images.shape != reference.shape:
        raise ValueError(
            f"The pictures differ in size or number: {tuple(images.shape)} and {tuple(reference.shape)}. Resize one."
        )
