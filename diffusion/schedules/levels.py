"""What a spacing must know of a model."""

from typing import Protocol

from torch import Tensor


class Levels(Protocol):
    """The noise levels of a model: a process, or a table of one."""

    @property
    def sigmas(self) -> Tensor:
        """[T] on the CPU, ascending."""
        ...

    @property
    def sigma_min(self) -> float:
        """The smallest level."""
        ...

    @property
    def sigma_max(self) -> float:
        """The largest level."""
        ...

    def timestep(self, sigma: float) -> float:
        """Return the timestep of a level."""
        ...

    def sigma(self, timestep: Tensor | float) -> Tensor:
        """Return the levels of timesteps."""
        ...
