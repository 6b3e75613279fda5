"""How much of a step an ancestral sampler takes back as fresh noise."""

import math
from dataclasses import dataclass
from typing import Protocol


def ancestral_levels(sigma: float, sigma_next: float, eta: float = 1.0) -> tuple[float, float]:
    """Split the step to `sigma_next` into (level to denoise to, deviation of the noise to add).

    The squares add up to `sigma_next`²; eta 0 adds no noise, eta 1 is the posterior of DDPM (Song et al. 2020, eq. 16).
    """
    if eta == 0 or sigma_next == 0:
        return sigma_next, 0.0
    up = min(sigma_next, eta * (sigma_next**2 * (sigma**2 - sigma_next**2) / sigma**2) ** 0.5)
    return (sigma_next**2 - up**2) ** 0.5, up


@dataclass(frozen=True)
class Split:
    """A step in two: down to a level, and back up as keep · x + up · noise."""

    down: float
    keep: float
    up: float


class Path(Protocol):
    """What an ancestral step must know of the path from data to noise."""

    def split(self, sigma: float, sigma_next: float, eta: float) -> Split:
        """Split a step."""
        ...

    def halfway(self, sigma: float, target: float) -> float:
        """Return the level in the middle of a step, even in the logarithm of the signal-to-noise ratio."""
        ...


class ExplodingSteps:
    """Steps along x = x0 + σ·ε."""

    def split(self, sigma: float, sigma_next: float, eta: float) -> Split:
        """Split a step; see `ancestral_levels`."""
        down, up = ancestral_levels(sigma, sigma_next, eta)
        return Split(down, 1.0, up)

    def halfway(self, sigma: float, target: float) -> float:
        """Return the geometric mean."""
        return math.sqrt(sigma * target)


class StraightSteps:
    """Steps along a flow, x = (1-σ)·x0 + σ·ε, whose data shrinks on the way up.

    The step goes down past its end, in proportion to its length; scaling x back to the end's share of data leaves room
    for exactly the noise that is missing. `eta` 1 goes to σ_next²/σ.
    """

    def split(self, sigma: float, sigma_next: float, eta: float) -> Split:
        """Split a step."""
        if eta == 0 or sigma_next == 0:
            return Split(sigma_next, 1.0, 0.0)
        down = sigma_next * (1 + (sigma_next / sigma - 1) * eta)
        keep = (1 - sigma_next) / (1 - down) if down < 1 else 1.0
        return Split(down, keep, math.sqrt(max(0.0, sigma_next**2 - (down * keep) ** 2)))

    def halfway(self, sigma: float, target: float) -> float:
        """Return the level whose odds are the geometric mean of the two; the start of a flow has none."""
        if sigma >= 1:
            return 0.9999
        odds = math.sqrt((1 - sigma) / sigma * (1 - target) / target)
        return 1 / (odds + 1)


EXPLODING: Path = ExplodingSteps()
STRAIGHT: Path = StraightSteps()
