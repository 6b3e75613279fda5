"""Noise levels that follow a Laplace distribution in log σ (Hang et al. 2024, "Improved Noise Schedule …")."""

import torch
from torch import Tensor


def laplace_between(sigma_min: float, sigma_max: float, steps: int, mean: float = 0.0, width: float = 0.5) -> Tensor:
    """Return [steps] levels within the range; no 0 after them."""
    place = 0.5 - torch.linspace(0, 1, steps, dtype=torch.float64)
    # The ends are infinitely far away; the range cuts them.
    levels = torch.exp(mean - width * place.sign() * torch.log(1 - 2 * place.abs()))
    return levels.clamp(sigma_min, sigma_max).float()
