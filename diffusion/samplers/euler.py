"""Euler's method on the probability-flow equation (Karras et al. 2022, algorithm 2 without the correction)."""

from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.churn import Churn, stir
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report

NO_CHURN = Churn()


def euler(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    churn: Churn = NO_CHURN,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step."""
    levels = [float(level) for level in sigmas]
    for index, (sigma, sigma_next) in enumerate(pairwise(levels)):
        x, raised = stir(x, sigma, sigma_next, len(levels) - 1, churn, noise)
        denoised = denoiser(x, raised)
        report(callback, index, levels, x, denoised)
        slope = (x - denoised) / raised
        x = x + slope * (sigma_next - raised)
    return x
