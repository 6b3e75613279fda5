"""Consistency models distilled from a model with a table of levels (Luo et al. 2023, "Latent Consistency Models")."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from diffusion.processes.discrete import DiscreteProcess
from diffusion.schedules.discrete import DiscreteSchedule

# The deviation of the data and the factor on timesteps in the boundary condition, as published.
_DATA_DEVIATION, _TIME_SCALE = 0.5, 10.0


@dataclass(frozen=True, eq=False)
class DistilledProcess(DiscreteProcess):
    """Every 20th level of the table, which are those that it was distilled at; x̂0 tends to x itself at the lowest.

    Attributes:
        stages: how many levels there were.
    """

    stages: int = 50

    @cached_property
    def _timesteps(self) -> Tensor:
        stride = len(self.schedule.sigmas) // self.stages
        return torch.arange(stride - 1, len(self.schedule.sigmas), stride)

    @cached_property
    def _kept(self) -> DiscreteSchedule:
        return DiscreteSchedule(self.schedule.sigmas[self._timesteps])

    @property
    def sigmas(self) -> Tensor:
        """The levels it was distilled at, ascending."""
        return self._kept.sigmas

    @property
    def sigma_min(self) -> float:
        """The smallest of them."""
        return self._kept.sigma_min

    @property
    def sigma_max(self) -> float:
        """The largest of them."""
        return self._kept.sigma_max

    def timestep(self, sigma: float) -> float:
        """Return the timestep of the nearest of them, in the whole table's numbering."""
        return float(self._timesteps[self._kept.nearest_timestep(sigma)])

    def denoised(self, x: Tensor, output: Tensor, sigma: float) -> Tensor:
        """Return c_out·x̂0 + c_skip·x (Song et al. 2023, equation 5)."""
        time = self.timestep(sigma) * _TIME_SCALE
        power = time**2 + _DATA_DEVIATION**2
        seen = self.scale_input(x, sigma)
        return super().denoised(x, output, sigma) * (time / power**0.5) + seen * (_DATA_DEVIATION**2 / power)
