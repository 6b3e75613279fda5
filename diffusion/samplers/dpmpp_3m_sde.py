"""The stochastic third-order multistep form of DPM-Solver++ (Lu et al. 2022; k-diffusion's `sample_dpmpp_3m_sde`)."""

import math

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def _correction(length: float, whole: float, past: list[tuple[Tensor, float]], denoised: Tensor) -> Tensor | float:
    """Return what two or one earlier predictions add to a first-order step.

    Args:
        length: of the step, in log σ.
        whole: the same with the part that noise takes.
        past: earlier predictions, newest first, each with the length of the step that followed it.
        denoised: the newest prediction.
    """
    if not past:
        return 0.0
    phi_2 = math.expm1(-whole) / whole + 1
    ratio = past[0][1] / length
    newest = (denoised - past[0][0]) / ratio
    if len(past) == 1:
        return phi_2 * newest
    older_ratio = past[1][1] / length
    change = (newest - (past[0][0] - past[1][0]) / older_ratio) / (ratio + older_ratio)
    phi_3 = phi_2 / whole - 0.5
    return phi_2 * (newest + change * ratio) - phi_3 * change


def dpmpp_3m_sde(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, fresh noise after it."""
    past: list[tuple[Tensor, float]] = []

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        length = math.log(sigma / sigma_next)
        whole = length * (1 + eta)
        x = math.exp(-whole) * x - math.expm1(-whole) * denoised + _correction(length, whole, past, denoised)
        past[:] = [(denoised, length), *past[:1]]
        if eta == 0:
            return x
        deviation = sigma_next * (-math.expm1(-2 * length * eta)) ** 0.5
        return x + noise(sigma, sigma_next) * (deviation * noise_scale)

    return march(denoiser, x, sigmas, rule, callback=callback)
