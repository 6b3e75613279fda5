"""DDPM with the posterior's variance (Ho et al. 2020), along any levels."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.euler_ancestral import euler_ancestral
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def ddpm(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, fresh noise after it.

    With y = x/√(1+σ²), the mean and the variance of equation 7 are those of an ancestral step of Euler's method.
    """
    return euler_ancestral(denoiser, x, sigmas, noise=noise, callback=callback, eta=1.0)
