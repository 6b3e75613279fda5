"""The stochastic form of DPM-Solver++(2M) (Lu et al. 2022; k-diffusion's `sample_dpmpp_2m_sde`)."""

import math
from itertools import pairwise
from typing import Literal

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report


def dpmpp_2m_sde(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
    solver: Literal["midpoint", "heun"] = "midpoint",
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, fresh noise after it.

    Steps follow one another, so independent noise for each is the increment of a Brownian path. `eta` 0 adds none.
    `solver` chooses how the correction from the previous step is weighted.
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
        whole = length * (1 + eta)
        gain = -math.expm1(-whole)
        x = (sigma_next / sigma * math.exp(-length * eta)) * x + gain * denoised
        # Two equal levels in a row (more steps than the table has levels) leave nothing to extrapolate from.
        if previous is not None and last_length > 0 and length > 0:
            weight = 0.5 * gain if solver == "midpoint" else 1 - gain / whole
            x = x + (weight * length / last_length) * (denoised - previous)
        if eta > 0:
            deviation = sigma_next * (-math.expm1(-2 * length * eta)) ** 0.5
            x = x + noise(sigma, sigma_next) * (deviation * noise_scale)
        previous, last_length = denoised, length
    return x
