"""What a spacing must know of a model."""

from typing import Protocol

from torch import Tensor


class Levels(Protocol):
    """The noise levels of a model: a process, or a table of one."""

    @property
    def sigmas(self) -> Tensor:
        """[T] on the CPU, ascending: the table that spacings pick from."""
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


# Beyond it nothing of a picture is left to see; the cosine schedule's table goes on to 20 000.
_FAR, _FAR_ENOUGH = 5000.0, 500.0


def reach(levels: Levels) -> float:
    """Return the level that spacings by σ itself begin at: the largest, unless it is absurdly large."""
    return levels.sigma_max if levels.sigma_max <= _FAR else _FAR_ENOUGH
