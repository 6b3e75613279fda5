"""Steps of DPM-Solver, orders 1 to 3 (Lu et al. 2022, "DPM-Solver", algorithms 1 and 2), from level to level."""

import math

from torch import Tensor

from diffusion.denoiser import Denoiser


def noise_at(denoiser: Denoiser, x: Tensor, sigma: float) -> Tensor:
    """Return the noise that the denoiser sees in x [B, C, H, W], at deviation 1."""
    return (x - denoiser(x, sigma)) / sigma


def first_order(x: Tensor, noise: Tensor, sigma: float, target: float) -> Tensor:
    """Walk from level σ to `target` with the noise of the start held all the way: Euler's step."""
    return x + (target - sigma) * noise


def second_order(
    denoiser: Denoiser, x: Tensor, noise: Tensor, sigma: float, target: float, ratio: float = 0.5
) -> tuple[Tensor, Tensor]:
    """Walk with the noise also at `ratio` of the step in log σ; returns the end, and that noise."""
    middle = sigma ** (1 - ratio) * target**ratio
    between = noise_at(denoiser, first_order(x, noise, sigma, middle), middle)
    end = first_order(x, noise + (between - noise) / (2 * ratio), sigma, target)
    return end, between


def third_order(
    denoiser: Denoiser,
    x: Tensor,
    noise: Tensor,
    sigma: float,
    target: float,
    between: Tensor | None = None,
) -> Tensor:
    """Walk with the noise also at a third and at two thirds of the step in log σ.

    `between` is the noise at the first third, where `second_order` with ratio 1/3 has found it already.
    """
    length = math.log(sigma / target)
    third, two_thirds = sigma * math.exp(-length / 3), sigma * math.exp(-2 * length / 3)
    if between is None:
        between = noise_at(denoiser, first_order(x, noise, sigma, third), third)
    curve = two_thirds * 2 * (math.expm1(2 * length / 3) / (2 * length / 3) - 1)
    late = noise_at(denoiser, first_order(x, noise, sigma, two_thirds) - curve * (between - noise), two_thirds)
    bend = target * 1.5 * (math.expm1(length) / length - 1)
    return first_order(x, noise, sigma, target) - bend * (late - noise)
