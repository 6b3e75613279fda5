"""Guidance in a part of the run only (Kynkäänniemi et al. 2024), which also saves the negative pass elsewhere."""

from dataclasses import dataclass

from diffusion.guidance.piece import Piece
from diffusion.processes.process import Process


@dataclass(frozen=True)
class Interval(Piece):
    """Guides from a share `start` of the run to a share `end`; outside it the positive prediction stands alone."""

    start: float = 0.2
    end: float = 0.8

    def begin(self, process: Process) -> Piece:
        """Return the piece with its levels."""
        return _Levels(process.sigma_at(self.start), process.sigma_at(self.end))


@dataclass(frozen=True)
class _Levels(Piece):
    high: float
    low: float

    def scale(self, scale: float, sigma: float) -> float:
        """Return 1 outside the levels."""
        return scale if self.low <= sigma <= self.high else 1.0
