"""PLMS (Liu et al. 2022, "Pseudo numerical methods"), in the variance-exploding view."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.dpm_solver import first_order, noise_at
from diffusion.samplers.march import march
from diffusion.samplers.multistep import EVEN
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def plms(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, two for the first.

    With y = x/√ᾱ a step of DDIM is one of Euler in σ, so PLMS is Euler with an extrapolated noise. Its weights are
    for levels at even timesteps. There is nothing behind the first step, so it looks one ahead and takes the mean.
    """
    past: list[Tensor] = []

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        seen = (x - denoised) / sigma
        past[:] = [seen, *past[:3]]
        if len(past) > 1:
            steer = sum((weight * old for weight, old in zip(EVEN[len(past) - 1], past, strict=True)), 0 * seen)
        elif sigma_next > 0:
            steer = (seen + noise_at(denoiser, first_order(x, seen, sigma, sigma_next), sigma_next)) / 2
        else:
            steer = seen
        return first_order(x, steer, sigma, sigma_next)

    return march(denoiser, x, sigmas, rule, callback=callback, extrapolates=True)
