"""Rectified flows (Liu et al. 2022; Esser et al. 2024): a straight path, and a network that predicts its velocity."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from diffusion.schedules.flow import denoised_from_velocity, flow_table, noised_along_flow, shifted


@dataclass(frozen=True, eq=False)
class FlowProcess:
    """x = (1-σ)·x0 + σ·ε, σ in 0..1; the network sees x itself and 1000·σ, and predicts ε - x0.

    Attributes:
        shift: moves levels towards noise, as larger pictures need it (Esser et al. 2024, section 5.3.2).
        steps: entries of the table.
        multiplier: the network's time at σ = 1.
    """

    shift: float = 3.0
    steps: int = 1000
    multiplier: float = 1000.0

    @property
    def straight(self) -> bool:
        """True: a straight line."""
        return True

    @cached_property
    def _table(self) -> Tensor:
        return flow_table(self.shift, self.steps)

    @property
    def sigmas(self) -> Tensor:
        """The table, [T] ascending, the last one 1."""
        return self._table

    @property
    def sigma_min(self) -> float:
        """The smallest level."""
        return self.sigmas[0].item()

    @property
    def sigma_max(self) -> float:
        """The largest level, 1."""
        return self.sigmas[-1].item()

    def timestep(self, sigma: float) -> float:
        """Return what the network is told, 1000·σ: σ is shifted already."""
        return sigma * self.multiplier

    def sigma(self, timestep: Tensor | float) -> Tensor:
        """Return the levels of unshifted timesteps 0..1000: not the inverse of `timestep`, as published code has it."""
        return shifted(torch.as_tensor(timestep, dtype=torch.float64) / self.multiplier, self.shift).float()

    def scale_input(self, x: Tensor, sigma: float) -> Tensor:
        """Return x as it is."""
        return x

    def denoised(self, x: Tensor, output: Tensor, sigma: float) -> Tensor:
        """Return x - σ·v."""
        return denoised_from_velocity(x, output, sigma)

    def noisy(self, clean: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Return σ·noise + (1-σ)·clean."""
        return noised_along_flow(clean, noise, sigma)

    def settled(self, x: Tensor, sigma: float) -> Tensor:
        """Return x/(1-σ), which the next run scales back; at σ = 1 there is no way back, and x stays."""
        return x if sigma >= 1 else x / (1 - sigma)

    def sigma_at(self, share: float) -> float:
        """Return the level after a share of the times."""
        if share <= 0:
            return float("inf")
        return 0.0 if share >= 1 else shifted(torch.tensor(1 - share, dtype=torch.float64), self.shift).item()
