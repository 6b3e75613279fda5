"""Linear multistep (Adams–Bashforth) steps over uneven levels, as in k-diffusion."""

from itertools import pairwise

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report

# Gauss–Legendre nodes and weights on -1..1, by number of points.
_GAUSS = {
    1: ((0.0,), (2.0,)),
    2: ((-((1 / 3) ** 0.5), (1 / 3) ** 0.5), (1.0, 1.0)),
}


def multistep_weights(past: list[float], start: float, end: float) -> list[float]:
    """Return, for each past level, the integral of the polynomial that is 1 there and 0 at the others.

    The polynomial's degree is one less than the number of levels, so Gauss's quadrature of half as many points,
    rounded up, is exact.
    """
    nodes, node_weights = _GAUSS[(len(past) + 1) // 2]
    weights: list[float] = []
    for chosen in past:
        total = 0.0
        for node, node_weight in zip(nodes, node_weights, strict=True):
            place = (start + end) / 2 + (end - start) / 2 * node
            value = 1.0
            for other in past:
                if other != chosen:
                    value *= (place - other) / (chosen - other)
            total += node_weight * value
        weights.append(total * (end - start) / 2)
    return weights


def lms(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    order: int = 4,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic.

    `order` is how many slopes a step remembers, 1 to 4.
    """
    levels = [float(level) for level in sigmas]
    slopes: list[Tensor] = []
    past: list[float] = []
    for index, (sigma, sigma_next) in enumerate(pairwise(levels)):
        denoised = denoiser(x, sigma)
        report(callback, index, levels, x, denoised)
        # Two equal levels in a row (more steps than the table has levels) would be one slope counted twice.
        if sigma_next == sigma:
            continue
        slopes = [*slopes, (x - denoised) / sigma][-order:]
        past = [*past, sigma][-order:]
        weights = multistep_weights(past, sigma, sigma_next)
        x = x + torch.stack([weight * slope for weight, slope in zip(weights, slopes, strict=True)]).sum(dim=0)
    return x
