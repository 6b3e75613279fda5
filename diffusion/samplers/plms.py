"""PLMS (Liu et al. 2022, "Pseudo numerical methods"), in the variance-exploding view."""

from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.dpm_solver import first_order, noise_at
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report

# Adams–Bashforth over even timesteps, newest prediction first, by how many predictions there are.
_WEIGHTS = {
    2: (3 / 2, -1 / 2),
    3: (23 / 12, -16 / 12, 5 / 12),
    4: (55 / 24, -59 / 24, 37 / 24, -9 / 24),
}


def plms(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, two for the first.

    With y = x/√ᾱ a step of DDIM is one of Euler in σ, so PLMS is Euler with an extrapolated noise. Its weights are
    for levels at even timesteps. There is nothing behind the first step, so it looks one ahead and takes the mean.
    """
    levels = [float(level) for level in sigmas]
    past: list[Tensor] = []
    for index, (sigma, sigma_next) in enumerate(pairwise(levels)):
        seen = noise_at(denoiser, x, sigma)
        report(callback, index, levels, x, x - sigma * seen)
        past = [seen, *past[:3]]
        if len(past) > 1:
            steer = sum((weight * old for weight, old in zip(_WEIGHTS[len(past)], past, strict=True)), 0 * seen)
        elif sigma_next > 0:
            steer = (seen + noise_at(denoiser, first_order(x, seen, sigma, sigma_next), sigma_next)) / 2
        else:
            steer = seen
        x = first_order(x, steer, sigma, sigma_next)
    return x
