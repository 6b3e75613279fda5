"""Noise levels evenly spaced in their logarithm."""

import math

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels, reach


def exponential_between(sigma_min: float, sigma_max: float, steps: int) -> Tensor:
    """Return [steps + 1] levels evenly spaced in log σ from `sigma_max` to `sigma_min`, then 0."""
    levels = torch.linspace(math.log(sigma_max), math.log(sigma_min), steps, dtype=torch.float64).exp()
    return torch.cat([levels, torch.zeros(1, dtype=torch.float64)]).float()


def exponential(levels: Levels, steps: int) -> Tensor:
    """Return `exponential_between` the smallest and the largest level of the model."""
    return exponential_between(levels.sigma_min, reach(levels), steps)
