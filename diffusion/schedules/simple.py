"""Noise levels picked from the model's own table, without interpolation."""

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels


def simple(levels: Levels, steps: int) -> Tensor:
    """Return [steps + 1] entries of the table at even strides from the largest down, then 0."""
    count = len(levels.sigmas)
    picked = [count - 1 - (index * count) // steps for index in range(steps)]
    return torch.cat([levels.sigmas[picked], torch.zeros(1)])


def ddim_uniform(levels: Levels, steps: int) -> Tensor:
    """Return entries 1, 1 + stride, 1 + 2·stride … of the table, largest first, then 0 (Song et al. 2020).

    The stride is a whole number, so that there may be one level more than asked for, and the largest level of the
    table is usually not reached.
    """
    stride = max(len(levels.sigmas) // steps, 1)
    return torch.cat([levels.sigmas[1::stride].flip(0), torch.zeros(1)])
