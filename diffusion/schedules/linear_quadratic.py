"""Small even steps first, then ever longer ones (Polyak et al. 2024, "Movie Gen", section 3.4.2)."""

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels


def linear_quadratic(levels: Levels, steps: int, threshold: float = 0.025) -> Tensor:
    """Return [steps + 1] levels: half of the steps go evenly through `threshold` of the way, the rest quadratically."""
    if steps == 1:
        return torch.tensor([levels.sigma_max, 0.0])
    first = steps // 2
    rest = steps - first
    # A parabola that meets the line in place and slope and ends in 1.
    missing = first - threshold * steps
    bend = missing / (first * rest**2)
    slope = threshold / first - 2 * missing / rest**2
    done = [threshold * index / first for index in range(first)]
    done += [bend * index**2 + slope * index + bend * first**2 for index in range(first, steps)]
    return ((1 - torch.tensor([*done, 1.0], dtype=torch.float64)) * levels.sigma_max).float()
