"""Multistep sampling of consistency models (Song et al. 2023, algorithm 1; Luo et al. 2023, "Latent Consistency")."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def lcm(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Jump to the denoised x at each level, and put fresh noise of the next level on it."""

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        return denoised + noise(sigma, sigma_next) * sigma_next

    return march(denoiser, x, sigmas, rule, callback=callback)
