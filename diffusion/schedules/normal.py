"""Noise levels at evenly spaced timesteps."""

import torch
from torch import Tensor

from diffusion.schedules.discrete import DiscreteSchedule


def normal(schedule: DiscreteSchedule, steps: int) -> Tensor:
    """Return [steps + 1] levels at timesteps evenly spaced from the last to the first, then 0."""
    timesteps = torch.linspace(len(schedule.sigmas) - 1, 0, steps)
    return torch.cat([schedule.sigma(timesteps), torch.zeros(1)])


def sgm_uniform(schedule: DiscreteSchedule, steps: int) -> Tensor:
    """Return [steps + 1] levels like `normal` with one step more, whose last level is left out, then 0.

    The spacing of Stability's generative-models ("trailing"): the run ends on a larger level than the smallest one.
    """
    timesteps = torch.linspace(len(schedule.sigmas) - 1, 0, steps + 1)[:-1]
    return torch.cat([schedule.sigma(timesteps), torch.zeros(1)])
