"""The noise levels of Karras et al. 2022, equation 5."""

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels, reach


def karras_between(sigma_min: float, sigma_max: float, steps: int, rho: float = 7.0) -> Tensor:
    """Return [steps + 1] levels evenly spaced in σ^(1/ρ) from `sigma_max` to `sigma_min`, then 0."""
    ramp = torch.linspace(0, 1, steps, dtype=torch.float64)
    start, end = sigma_max ** (1 / rho), sigma_min ** (1 / rho)
    return torch.cat([(start + ramp * (end - start)) ** rho, torch.zeros(1, dtype=torch.float64)]).float()


def karras(levels: Levels, steps: int) -> Tensor:
    """Return `karras_between` the smallest and the largest level of the model, ρ = 7."""
    return karras_between(levels.sigma_min, reach(levels), steps)
