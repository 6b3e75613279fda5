"""DPM-Solver++(2M), a second-order multistep method (Lu et al. 2022, algorithm 2)."""

import math

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def dpmpp_2m(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic."""
    past: list[tuple[Tensor, float]] = []

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        length, towards = math.log(sigma / sigma_next), denoised
        if past:
            previous, last_length = past.pop()
            half_ratio = length / (2 * last_length)
            towards = (1 + half_ratio) * denoised - half_ratio * previous
        past.append((denoised, length))
        return (sigma_next / sigma) * x - math.expm1(-length) * towards

    return march(denoiser, x, sigmas, rule, callback=callback)
