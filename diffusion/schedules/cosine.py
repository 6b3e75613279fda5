"""The cosine schedule (Nichol & Dhariwal 2021), "squaredcos_cap_v2" in published configurations."""

import math

import torch
from torch import Tensor


def cosine_betas(steps: int = 1000, largest: float = 0.999) -> Tensor:
    """Return the variances β [steps] float64, from ᾱ(t) = cos²((t + 0.008) / 1.008 · π/2).

    The last of them would be 1; it is cut to `largest`, or the first step back could not be taken.
    """
    times = torch.arange(steps + 1, dtype=torch.float64) / steps
    cumulative = torch.cos((times + 0.008) / 1.008 * (math.pi / 2)) ** 2
    return (1 - cumulative[1:] / cumulative[:-1]).clamp(max=largest)


def linear_betas(start: float = 1e-4, end: float = 0.02, steps: int = 1000) -> Tensor:
    """Return the variances β [steps] float64 of the linear schedule (Ho et al. 2020).

    The field's other "linear" schedule is linear in the root; see `scaled_linear`.
    """
    return torch.linspace(start, end, steps, dtype=torch.float64)
