"""Noise levels of rectified flows (Liu et al. 2022; Esser et al. 2024, section 5.3.2)."""

import torch
from torch import Tensor


def shifted(time: Tensor, shift: float) -> Tensor:
    """Move times in 0..1 towards noise: s·t / (1 + (s - 1)·t). Larger pictures need more noise to hide the same."""
    return shift * time / (1 + (shift - 1) * time)


def flow_table(shift: float = 3.0, steps: int = 1000) -> Tensor:
    """Return the levels σ of a flow model, [steps] ascending, the last one 1. The network's time is 1000·σ."""
    return shifted(torch.arange(1, steps + 1, dtype=torch.float64) / steps, shift).float()


def flow_linear(steps: int, shift: float = 3.0, table_steps: int = 1000) -> Tensor:
    """Return [steps + 1] levels of a run as in the published code of Stable Diffusion 3, ending in 0.

    Times are evenly spaced between those of the table's largest and smallest level, which are shifted levels
    already, and shifted once more.
    """
    lowest = flow_table(shift, table_steps)[0].item()
    times = torch.linspace(1.0, lowest, steps, dtype=torch.float64)
    return torch.cat([shifted(times, shift), torch.zeros(1, dtype=torch.float64)]).float()


def noised_along_flow(latent: Tensor, noise: Tensor, sigma: float) -> Tensor:
    """Return σ·noise + (1 - σ)·latent: the point of the straight path between them."""
    return sigma * noise + (1 - sigma) * latent


def denoised_from_velocity(x: Tensor, velocity: Tensor, sigma: float | Tensor) -> Tensor:
    """Return the clean x̂0 = x - σ·v of a flow whose velocity is noise minus data."""
    return x - sigma * velocity
