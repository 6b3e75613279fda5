"""DPM-Solver++(2S), a second-order single-step method (Lu et al. 2022, algorithm 1), with ancestral noise."""

import math
from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report


def towards(x: Tensor, denoised: Tensor, sigma: float, target: float) -> Tensor:
    """Walk from level σ to `target` as if `denoised` held all the way (a first-order step of DPM-Solver++)."""
    return (target / sigma) * x + (1 - target / sigma) * denoised


def dpmpp_2s_ancestral(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; two denoiser calls a step, fresh noise after it."""
    levels = [float(level) for level in sigmas]
    for index, (sigma, sigma_next) in enumerate(pairwise(levels)):
        denoised = denoiser(x, sigma)
        report(callback, index, levels, x, denoised)
        down, up = ancestral_levels(sigma, sigma_next, eta)
        if down > 0:
            middle = math.sqrt(sigma * down)
            denoised = denoiser(towards(x, denoised, sigma, middle), middle)
        x = towards(x, denoised, sigma, down)
        if up > 0:
            x = x + noise(sigma, sigma_next) * (noise_scale * up)
    return x
