"""DDIM (Song et al. 2020) in the variance-exploding view, where it is an Euler step with ancestral noise."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.euler_ancestral import euler_ancestral
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def ddim(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 0.0,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step.

    With y = x/√ᾱ and σ = √((1-ᾱ)/ᾱ), equation 12 of the paper becomes x̂0 + √(σ_next² - σ_up²)·ε + σ_up·noise with
    the same σ_up as an ancestral step. `eta` 0 is DDIM proper, 1 is DDPM.
    """
    return euler_ancestral(denoiser, x, sigmas, noise=noise, callback=callback, eta=eta)
