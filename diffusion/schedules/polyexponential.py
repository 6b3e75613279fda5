"""Noise levels whose logarithm falls along a power, from k-diffusion."""

import math

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels, reach


def polyexponential_between(sigma_min: float, sigma_max: float, steps: int, rho: float = 1.0) -> Tensor:
    """Return [steps + 1] levels, log σ falling along the power `rho` of even steps, then 0; rho 1 is exponential."""
    ramp = torch.linspace(1, 0, steps, dtype=torch.float64) ** rho
    low, high = math.log(sigma_min), math.log(sigma_max)
    return torch.cat([(ramp * (high - low) + low).exp(), torch.zeros(1, dtype=torch.float64)]).float()


def polyexponential(levels: Levels, steps: int) -> Tensor:
    """Return `polyexponential_between` the smallest and the largest level of the model, rho 1."""
    return polyexponential_between(levels.sigma_min, reach(levels), steps)
