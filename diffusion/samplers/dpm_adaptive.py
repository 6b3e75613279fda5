"""DPM-Solver-12/23 with steps as long as an error estimate allows (Lu et al. 2022, "DPM-Solver", appendix C)."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.dpm_solver import noise_at, second_order, third_order
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, Step

# In log σ; what is left below it is not worth a step.
_CLOSE = 1e-5


@dataclass(frozen=True)
class Tolerance:
    """When a step is good enough, and what it starts with. The defaults are k-diffusion's.

    Attributes:
        relative, absolute: allowed difference between the second- and the third-order result.
        first_length: of the first step, in log σ.
        safety: a step is taken if the next one may be at least this many times as long.
    """

    relative: float = 0.05
    absolute: float = 0.0078
    first_length: float = 0.05
    safety: float = 0.81


DEFAULT_TOLERANCE = Tolerance()


def _error(low: Tensor, high: Tensor, before: Tensor, tolerance: Tolerance) -> float:
    """Return the root mean square of the difference, in units of what is allowed."""
    scale = torch.maximum(low.abs(), before.abs()) * tolerance.relative
    allowed = scale.clamp(min=tolerance.absolute)
    return ((low - high) / allowed).square().mean().sqrt().item()


def dpm_adaptive(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to the last one above 0; deterministic.

    Of `sigmas` it takes the ends; how many steps there are, three denoiser calls each, the picture decides. The step
    numbers that the callback gets are the share of the way in log σ, in steps of `sigmas`.
    """
    ends = [float(level) for level in sigmas if level > 0]
    if len(ends) < 2:
        return x
    place, end = -math.log(ends[0]), -math.log(ends[-1])
    whole, total = end - place, len(sigmas) - 1
    length, before = tolerance.first_length, x
    while place < end - _CLOSE:
        target = min(end, place + length)
        sigma, sigma_next = math.exp(-place), math.exp(-target)
        seen = noise_at(denoiser, x, sigma)
        low, between = second_order(denoiser, x, seen, sigma, sigma_next, ratio=1 / 3)
        high = third_order(denoiser, x, seen, sigma, sigma_next, between)
        # Gustafsson's limiter: however small or large the error is, the length changes by less than 2.6 times.
        error = _error(low, high, before, tolerance)
        factor = 1 + math.atan((1 / (error + 1e-8)) ** (1 / 3) - 1)
        if factor >= tolerance.safety:
            if callback is not None:
                done = min(total - 1, int(total * (1 - (end - place) / whole)))
                callback(Step(done, total, x, x - sigma * seen, sigma))
            before, x, place = low, high, target
        length *= factor
    return x
