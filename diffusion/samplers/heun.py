"""Heun's second-order method (Karras et al. 2022, algorithm 2)."""

from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.churn import Churn, stir
from diffusion.samplers.euler import NO_CHURN
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report


def heun(
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
        slope = (x - denoised) / raised
        ahead = x + slope * (sigma_next - raised)
        if sigma_next > 0:
            slope_ahead = (ahead - denoiser(ahead, sigma_next)) / sigma_next
            ahead = x + (slope + slope_ahead) * (0.5 * (sigma_next - raised))
        x = ahead
    return x
