"""Noise levels whose timesteps follow a beta distribution (Lee et al. 2024, "Beta Sampling is All You Need")."""

import math

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels


def _fraction(place: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8), by Lentz's method."""
    value, above, below = 1.0, 1.0, 0.0
    for number in range(400):
        half = number // 2
        if number == 0:
            term = 1.0
        elif number % 2 == 0:
            term = half * (b - half) * place / ((a + 2 * half - 1) * (a + 2 * half))
        else:
            term = -(a + half) * (a + b + half) * place / ((a + 2 * half) * (a + 2 * half + 1))
        below = 1 / ((1 + term * below) or 1e-300)
        above = (1 + term / above) or 1e-300
        value *= above * below
        if abs(1 - above * below) < 1e-13:
            break
    return value - 1


def beta_share(place: float, a: float, b: float) -> float:
    """Return the share of a beta distribution's mass below `place`, both in 0..1."""
    if place <= 0 or place >= 1:
        return float(place >= 1)
    if place > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - place, b, a)
    logarithm = a * math.log(place) + b * math.log(1 - place) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(logarithm) / a * _fraction(place, a, b)


def beta_place(share: float, a: float, b: float) -> float:
    """Return the place below which a share of a beta distribution's mass lies: the inverse of `beta_share`."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_share(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def beta_levels(levels: Levels, steps: int, a: float = 0.6, b: float = 0.6) -> Tensor:
    """Return entries of the model's table at the quantiles of a beta distribution, largest first, then 0.

    With a and b below 1 the levels are dense at both ends. Where two quantiles fall on one entry, it counts once, so
    that there may be fewer levels than asked for.
    """
    last = len(levels.sigmas) - 1
    picked = [round(beta_place(1 - index / steps, a, b) * last) for index in range(steps)]
    return torch.cat([levels.sigmas[list(dict.fromkeys(picked))], torch.zeros(1)])


def beta(levels: Levels, steps: int) -> Tensor:
    """Return `beta_levels` with a = b = 0.6."""
    return beta_levels(levels, steps)
