"""Noise levels of the continuous variance-preserving process (Song et al. 2021, "Score-based …", appendix C)."""

import torch
from torch import Tensor


def vp_levels(steps: int, beta_range: float = 19.9, beta_min: float = 0.1, last_time: float = 1e-3) -> Tensor:
    """Return [steps + 1] levels at times even from 1 to `last_time`, then 0.

    σ(t) = √(exp(½·beta_range·t² + beta_min·t) - 1). The levels are the process's own, not those of a table.
    """
    time = torch.linspace(1, last_time, steps, dtype=torch.float64)
    levels = torch.sqrt(torch.expm1(beta_range * time**2 / 2 + beta_min * time))
    return torch.cat([levels, torch.zeros(1, dtype=torch.float64)]).float()
