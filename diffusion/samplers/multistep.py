"""Steps along slopes that are remembered (Adams–Bashforth), which several solvers differ in weighting."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.step import Callback

Weights = Callable[[Sequence[float], float], Sequence[float]]
"""Levels of the slopes, oldest first and the step's own last, and the next level → each slope's weight."""

# Adams–Bashforth over even steps, newest slope first, by how many there are.
EVEN = ((1.0,), (3 / 2, -1 / 2), (23 / 12, -16 / 12, 5 / 12), (55 / 24, -59 / 24, 37 / 24, -9 / 24))


def along_slopes(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    weights: Weights,
    order: int,
    *,
    callback: Callback | None = None,
    extrapolates: bool = False,
) -> Tensor:
    """Walk x [B, C, H, W] along sums of up to `order` slopes dx/dσ; for `extrapolates` see `march`."""
    slopes: list[Tensor] = []
    levels: list[float] = []

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        slopes[:] = [*slopes, (x - denoised) / sigma][-order:]
        levels[:] = [*levels, sigma][-order:]
        parts = [weight * slope for weight, slope in zip(weights(levels, sigma_next), slopes, strict=True)]
        return x + torch.stack(parts).sum(dim=0)

    return march(denoiser, x, sigmas, rule, callback=callback, extrapolates=extrapolates)


def even_weights(levels: Sequence[float], sigma_next: float) -> list[float]:
    """Return Adams–Bashforth's weights as if the levels were even."""
    return [weight * (sigma_next - levels[-1]) for weight in reversed(EVEN[len(levels) - 1])]
