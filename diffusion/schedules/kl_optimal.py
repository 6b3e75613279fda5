"""Levels that are even in atan σ (Sabour et al. 2024, "Align Your Steps", section 3.1)."""

import math

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels, reach


def kl_optimal(levels: Levels, steps: int) -> Tensor:
    """Return [steps + 1] levels from the largest to the smallest of the model, then 0."""
    angles = torch.linspace(math.atan(reach(levels)), math.atan(levels.sigma_min), steps, dtype=torch.float64)
    return torch.cat([angles.tan(), torch.zeros(1, dtype=torch.float64)]).float()
