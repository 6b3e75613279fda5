"""The noise levels a model was trained on: a table of a thousand, and the way between levels and timesteps."""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class DiscreteSchedule:
    """Noise levels σ of a variance-preserving model in the variance-exploding view, σ = √((1-ᾱ)/ᾱ).

    Attributes:
        sigmas: [T] float32 on the CPU, ascending; index t is the network's timestep t.
    """

    sigmas: Tensor

    @cached_property
    def log_sigmas(self) -> Tensor:
        """Natural logarithms of the levels, [T]."""
        return self.sigmas.log()

    @property
    def sigma_min(self) -> float:
        """The smallest level."""
        return self.sigmas[0].item()

    @property
    def sigma_max(self) -> float:
        """The largest level."""
        return self.sigmas[-1].item()

    def nearest_timestep(self, sigma: float) -> int:
        """Return the timestep whose level is nearest to `sigma` on the logarithmic scale."""
        return int((self.log_sigmas - math.log(max(sigma, 1e-10))).abs().argmin().item())

    def timestep(self, sigma: float) -> float:
        """Return the fractional timestep of `sigma`, linear in log σ between neighbours, within 0 and T-1."""
        log_sigma = min(max(math.log(max(sigma, 1e-10)), self.log_sigmas[0].item()), self.log_sigmas[-1].item())
        low = int((self.log_sigmas <= log_sigma).sum().item()) - 1
        low = min(max(low, 0), len(self.log_sigmas) - 2)
        start, end = self.log_sigmas[low].item(), self.log_sigmas[low + 1].item()
        return low + min(max((log_sigma - start) / (end - start), 0.0), 1.0)

    def sigma(self, timestep: Tensor | float) -> Tensor:
        """Return the level of (fractional) timesteps, linear in log σ between neighbours."""
        position = torch.as_tensor(timestep, dtype=torch.float32).clamp(0, len(self.sigmas) - 1)
        low = position.floor().long()
        weight = position - low
        high = (low + 1).clamp(max=len(self.sigmas) - 1)
        return torch.exp((1 - weight) * self.log_sigmas[low] + weight * self.log_sigmas[high])


def schedule_from_betas(betas: Tensor) -> DiscreteSchedule:
    """Build the table from the variances β [T] (float64) of the forward process (Ho et al. 2020)."""
    cumulative = torch.cumprod(1.0 - betas.double(), dim=0)
    return DiscreteSchedule(((1 - cumulative) / cumulative).sqrt().float())


def scaled_linear(start: float = 0.000_85, end: float = 0.012, steps: int = 1000) -> DiscreteSchedule:
    """Betas linear in their square root: Stable Diffusion 1, 2 and XL. Latent diffusion's code calls this "linear"."""
    return schedule_from_betas(torch.linspace(start**0.5, end**0.5, steps, dtype=torch.float64) ** 2)
