"""Noise for ways that overlap: increments of one Brownian path (as in Li et al. 2020)."""

import math
from collections.abc import Callable

from torch import Tensor


class BrownianNoise:
    """Standard normal noise for the way between two levels, the same path for ways that share a stretch.

    The path's time is the level. Its value where nobody has looked yet is drawn from what is known beside it: between
    two known places a bridge, beyond them a free step; so any ways agree, in whatever order they are asked for. Solvers
    walk down: what lies above the last way is forgotten.
    """

    def __init__(self, draw: Callable[[], Tensor]) -> None:
        """Args: `draw` gives fresh standard normal noise [B, C, H, W] at each call."""
        self._draw = draw
        self._known: dict[float, Tensor] = {}

    def __call__(self, sigma: float, sigma_next: float) -> Tensor:
        """Return the increment from σ to σ_next over the square root of the distance; σ and σ_next must differ."""
        if sigma == sigma_next:
            return self._draw()
        start, end = self._at(sigma), self._at(sigma_next)
        above = max(sigma, sigma_next)
        self._known = {level: value for level, value in self._known.items() if level <= above}
        return (end - start) / math.sqrt(abs(sigma - sigma_next))

    def _at(self, level: float) -> Tensor:
        if level not in self._known:
            self._known[level] = self._drawn_at(level)
        return self._known[level]

    def _drawn_at(self, level: float) -> Tensor:
        below = max((place for place in self._known if place < level), default=None)
        above = min((place for place in self._known if place > level), default=None)
        if below is None and above is None:
            return self._draw() * 0
        if below is None or above is None:
            near = above if below is None else below
            assert near is not None
            return self._known[near] + self._draw() * math.sqrt(abs(level - near))
        share = (level - below) / (above - below)
        mean = self._known[below] * (1 - share) + self._known[above] * share
        return mean + self._draw() * math.sqrt((level - below) * (above - level) / (above - below))
