"""DPM-Solver-2: the slope of a step is taken halfway in log σ (Karras et al. 2022; k-diffusion)."""

from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.churn import Churn, stir
from diffusion.samplers.euler import NO_CHURN
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report


def _midpoint_step(denoiser: Denoiser, x: Tensor, denoised: Tensor, sigma: float, target: float) -> Tensor:
    """Walk from level σ to `target` along the slope at their geometric mean; along the first slope to level 0."""
    slope = (x - denoised) / sigma
    if target == 0:
        return x + slope * (target - sigma)
    middle = (sigma * target) ** 0.5
    halfway = x + slope * (middle - sigma)
    return x + (halfway - denoiser(halfway, middle)) / middle * (target - sigma)


def dpm_2(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    churn: Churn = NO_CHURN,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; two denoiser calls a step, one for a step to 0."""
    levels = [float(level) for level in sigmas]
    for index, (sigma, sigma_next) in enumerate(pairwise(levels)):
        x, raised = stir(x, sigma, sigma_next, len(levels) - 1, churn, noise)
        denoised = denoiser(x, raised)
        report(callback, index, levels, x, denoised)
        x = _midpoint_step(denoiser, x, denoised, raised, sigma_next)
    return x


def dpm_2_ancestral(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk x [B, C, H, W] like `dpm_2`, further than each level, and back to it with fresh noise."""
    levels = [float(level) for level in sigmas]
    for index, (sigma, sigma_next) in enumerate(pairwise(levels)):
        denoised = denoiser(x, sigma)
        report(callback, index, levels, x, denoised)
        down, up = ancestral_levels(sigma, sigma_next, eta)
        x = _midpoint_step(denoiser, x, denoised, sigma, down)
        if up > 0:
            x = x + noise(sigma, sigma_next) * (noise_scale * up)
    return x
