"""SEEDS, exponential solvers for the stochastic equation, orders 2 and 3 (Gonzalez et al. 2023)."""

import math
from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def _deviation(start: float, end: float, eta: float) -> float:
    """Return the deviation, in units of the level, of the noise that a stretch of log σ from `start` to `end` adds.

    Both are counted back from where it is looked at: what was added earlier has shrunk since.
    """
    return math.sqrt(max(0.0, math.exp(-2 * end * eta) - math.exp(-2 * start * eta)))


def seeds_2(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
    ratio: float = 0.5,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; two denoiser calls a step, noise in both parts."""

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        length = math.log(sigma / sigma_next)
        whole, part = length * (1 + eta), ratio * length
        middle = sigma * math.exp(-part)
        ahead = math.exp(-ratio * whole) * x - math.expm1(-ratio * whole) * denoised
        first, second = (noise(sigma, middle), noise(middle, sigma_next)) if eta > 0 else (0.0, 0.0)
        ahead = ahead + middle * noise_scale * _deviation(part, 0, eta) * first
        between = denoiser(ahead, middle)
        towards = denoised + (between - denoised) / (2 * ratio)
        x = math.exp(-whole) * x - math.expm1(-whole) * towards
        fresh = _deviation(length, length - part, eta) * first + _deviation(length - part, 0, eta) * second
        return x + sigma_next * noise_scale * fresh

    return march(denoiser, x, sigmas, rule, callback=callback)


def seeds_3(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk x [B, C, H, W] like `seeds_2` in thirds; three denoiser calls a step."""
    early, late = 1 / 3, 2 / 3

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        length = math.log(sigma / sigma_next)
        whole, third = length * (1 + eta), length / 3
        levels = [sigma, sigma * math.exp(-third), sigma * math.exp(-2 * third), sigma_next]
        draws = [noise(*ends) if eta > 0 else 0.0 for ends in pairwise(levels)]

        def fresh(thirds: int) -> Tensor | float:
            """The noise that has come in after some thirds, as it is there."""
            parts = [
                _deviation((thirds - index) * third, (thirds - index - 1) * third, eta) * draws[index]
                for index in range(thirds)
            ]
            return levels[thirds] * noise_scale * sum(parts)

        at_third = math.exp(-early * whole) * x - math.expm1(-early * whole) * denoised + fresh(1)
        change = denoiser(at_third, levels[1]) - denoised
        bend = late / early * (math.expm1(-late * whole) / (late * whole) + 1)
        at_two = math.exp(-late * whole) * x - math.expm1(-late * whole) * denoised + bend * change + fresh(2)
        change = denoiser(at_two, levels[2]) - denoised
        bend = (math.expm1(-whole) / whole + 1) / late
        return math.exp(-whole) * x - math.expm1(-whole) * denoised + bend * change + fresh(3)

    return march(denoiser, x, sigmas, rule, callback=callback)
