"""Euler's method with ancestral noise: the DDPM posterior in the view of Karras et al."""

from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report


def euler_ancestral(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, fresh noise after it.

    `eta` 0 gives Euler's method, 1 the full posterior variance; `noise_scale` multiplies the added noise.
    """
    levels = [float(level) for level in sigmas]
    for index, (sigma, sigma_next) in enumerate(pairwise(levels)):
        denoised = denoiser(x, sigma)
        report(callback, index, levels, x, denoised)
        down, up = ancestral_levels(sigma, sigma_next, eta)
        x = x + (x - denoised) / sigma * (down - sigma)
        if sigma_next > 0 and eta > 0:
            x = x + noise(sigma, sigma_next) * (noise_scale * up)
    return x
