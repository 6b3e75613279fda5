"""DPM-Solver-fast: third-order steps as far as a number of denoiser calls allows (Lu et al. 2022, "DPM-Solver")."""

import math
from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.dpm_solver import first_order, noise_at, second_order, third_order
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report


def step_orders(calls: int) -> list[int]:
    """Return the orders of steps that together make `calls` denoiser calls: threes, and lower ones at the end."""
    threes, rest = divmod(calls, 3)
    if rest:
        return [3] * threes + [rest]
    return [3] * (threes - 1) + [2, 1]


def dpm_fast(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to the last one above 0; deterministic.

    Levels between are its own, even in log σ; of `sigmas` it takes the ends, and as many denoiser calls as steps.
    """
    ends = [float(level) for level in sigmas if level > 0]
    if len(ends) < 2:
        return x
    start, end = ends[0], ends[-1]
    orders = step_orders(len(sigmas) - 1)
    length = math.log(start / end) / len(orders)
    levels = [start * math.exp(-length * index) for index in range(len(orders))] + [end]
    for index, (order, (sigma, target)) in enumerate(zip(orders, pairwise(levels), strict=True)):
        seen = noise_at(denoiser, x, sigma)
        report(callback, index, levels, x, x - sigma * seen)
        if order == 1:
            x = first_order(x, seen, sigma, target)
        elif order == 2:
            x = second_order(denoiser, x, seen, sigma, target)[0]
        else:
            x = third_order(denoiser, x, seen, sigma, target)
    return x
