"""DEIS with polynomials in time, tAB-DEIS (Zhang & Chen 2022, equation 15)."""

import math
from collections.abc import Sequence

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.lms import multistep_weights
from diffusion.samplers.multistep import along_slopes
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback

# The linear variance-preserving process whose time the polynomials run along (Song et al. 2021, appendix C).
_BETA_RANGE, _BETA_MIN = 19.9, 0.1


def _time(sigma: float) -> float:
    """Return the time at which the process has the level σ."""
    return (math.sqrt(_BETA_MIN**2 + 2 * _BETA_RANGE * math.log1p(sigma**2)) - _BETA_MIN) / _BETA_RANGE


def _weights(levels: Sequence[float], sigma_next: float) -> list[float]:
    return multistep_weights(levels, levels[-1], sigma_next, clock=_time, nodes=8)


def deis(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    order: int = 3,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic.

    The noise is extrapolated by a polynomial in the time of the variance-preserving process, and integrated exactly.
    """
    return along_slopes(denoiser, x, sigmas, _weights, order, callback=callback)
