"""The stochastic form of DPM-Solver++(2M) (Lu et al. 2022; k-diffusion's `sample_dpmpp_2m_sde`)."""

import math
from typing import Literal

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def dpmpp_2m_sde(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
    solver: Literal["midpoint", "heun"] = "midpoint",
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, fresh noise after it.

    Steps follow one another, so independent noise for each is the increment of a Brownian path. `eta` 0 adds none.
    `solver` chooses how the correction from the previous step is weighted.
    """
    past: list[tuple[Tensor, float]] = []

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        length = math.log(sigma / sigma_next)
        whole = length * (1 + eta)
        gain = -math.expm1(-whole)
        x = (sigma_next / sigma * math.exp(-length * eta)) * x + gain * denoised
        if past:
            previous, last_length = past.pop()
            weight = 0.5 * gain if solver == "midpoint" else 1 - gain / whole
            x = x + (weight * length / last_length) * (denoised - previous)
        past.append((denoised, length))
        if eta == 0:
            return x
        deviation = sigma_next * (-math.expm1(-2 * length * eta)) ** 0.5
        return x + noise(sigma, sigma_next) * (deviation * noise_scale)

    return march(denoiser, x, sigmas, rule, callback=callback)


def dpmpp_2m_sde_heun(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk like `dpmpp_2m_sde` with the correction weighted in Heun's manner."""
    return dpmpp_2m_sde(
        denoiser, x, sigmas, noise=noise, callback=callback, eta=eta, noise_scale=noise_scale, solver="heun"
    )
