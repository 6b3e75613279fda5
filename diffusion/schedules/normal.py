"""Noise levels at evenly spaced timesteps."""

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels


def _evenly(levels: Levels, count: int) -> Tensor:
    return torch.linspace(levels.timestep(levels.sigma_max), levels.timestep(levels.sigma_min), count)


def normal(levels: Levels, steps: int) -> Tensor:
    """Return [steps + 1] levels at timesteps evenly spaced from the last to the first, then 0."""
    timesteps = _evenly(levels, steps)
    return torch.cat([levels.sigma(timesteps), torch.zeros(1)])


def sgm_uniform(levels: Levels, steps: int) -> Tensor:
    """Return [steps + 1] levels like `normal` with one step more, whose last level is left out, then 0.

    The spacing of Stability's generative-models ("trailing"): the run ends on a larger level than the smallest one.
    """
    timesteps = _evenly(levels, steps + 1)[:-1]
    return torch.cat([levels.sigma(timesteps), torch.zeros(1)])
