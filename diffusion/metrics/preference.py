"""Blind comparisons: which of two pictures people prefer."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass


def sides(count: int, seed: int) -> list[bool]:
    """Return for each pair whether the first picture stands left; even chances, from the seed alone."""
    rng = random.Random(seed)
    return [rng.random() < 0.5 for _ in range(count)]


@dataclass(frozen=True)
class Preference:
    """How often the first of two was preferred.

    Attributes:
        wins, votes: votes for the first, and all votes that chose.
        low, high: the 95 % interval of the true share (Wilson 1927).
    """

    wins: int
    votes: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share of the first."""
        return self.wins / self.votes


def preference(votes: Sequence[bool]) -> Preference:
    """Count votes, true for the first; the interval is Wilson's, which holds for few votes and shares near 0 and 1.

    Raises:
        ValueError: no votes.
    """
    if not votes:
        raise ValueError("There are no votes yet: write L or R in the column 'vote'.")
    count, wins, z = len(votes), sum(votes), 1.959963984540054
    share = wins / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return Preference(wins, count, (middle - half) / scale, (middle + half) / scale)
