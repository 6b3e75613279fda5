"""ER-SDE-Solver-3, on extended reverse-time equations (Cui et al. 2023, "Elucidating the Solution Space …")."""

import math

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback

# Points of the sums that stand for integrals, as in the paper's code.
_POINTS = 200


def _scaler(sigma: float) -> float:
    """Return how strongly the equation takes noise out at a level: the paper's choice "5", σ·(exp(σ^0.3) + 10)."""
    return sigma * (math.exp(sigma**0.3) + 10)


def er_sde(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    order: int = 3,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, fresh noise after it.

    `order` is how many predictions a step looks at, 1 to 3.
    """
    # Earlier levels, newest first; the last prediction and its last slope in σ.
    levels: list[float] = []
    last: list[Tensor] = []

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        step, ratio = sigma_next - sigma, _scaler(sigma_next) / _scaler(sigma)
        x = ratio * x + (1 - ratio) * denoised
        slope: Tensor | None = None
        if order > 1 and levels:
            width = -step / _POINTS
            places = [sigma_next + width * index for index in range(_POINTS)]
            area = sum(1 / _scaler(place) for place in places) * width
            slope = (denoised - last[0]) / (sigma - levels[0])
            x = x + (step + area * _scaler(sigma_next)) * slope
            if order > 2 and len(levels) > 1:
                moment = sum((place - sigma) / _scaler(place) for place in places) * width
                bend = (slope - last[1]) / ((sigma - levels[1]) / 2)
                x = x + (step**2 / 2 + moment * _scaler(sigma_next)) * bend
        levels[:] = [sigma, *levels[:1]]
        last[:] = [denoised] if slope is None else [denoised, slope]
        deviation = math.sqrt(max(0.0, sigma_next**2 - sigma**2 * ratio**2))
        return x + noise(sigma, sigma_next) * (deviation * noise_scale)

    return march(denoiser, x, sigmas, rule, callback=callback)
