"""DPM-Solver++(2M), a second-order multistep method (Lu et al. 2022, algorithm 2)."""

import math
from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report


def dpmpp_2m(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic.

    A step to level 0 is first order: its length in log σ is infinite, and the result is the denoised x.
    """
    levels = [float(level) for level in sigmas]
    previous: Tensor | None = None
    last_length = 0.0
    for index, (sigma, sigma_next) in enumerate(pairwise(levels)):
        denoised = denoiser(x, sigma)
        report(callback, index, levels, x, denoised)
        if sigma_next == 0:
            return denoised
        length = math.log(sigma / sigma_next)
        towards = denoised
        # Two equal levels in a row (more steps than the table has levels) leave nothing to extrapolate from.
        if previous is not None and last_length > 0:
            half_ratio = length / (2 * last_length)
            towards = (1 + half_ratio) * denoised - half_ratio * previous
        x = (sigma_next / sigma) * x - math.expm1(-length) * towards
        previous, last_length = denoised, length
    return x
