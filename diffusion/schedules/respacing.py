"""Fewer timesteps than a model was trained with, as a chain of its own (Nichol & Dhariwal 2021, section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


def section_timesteps(total: int, counts: Sequence[int]) -> Tensor:
    """Return the timesteps of a respacing, ascending int64.

    The timesteps are cut into as many sections as there are counts, equal but for the first ones, which take what is
    left over; each gives its count, evenly, its own first and last among them.

    Args:
        total: timesteps of the model.
        counts: timesteps to keep of each section, such as 10, 6, 4, 3, 2, 2, 3, 4, 6, 10 ("smart50" of DeepFloyd IF).

    Raises:
        ValueError: a section is asked for more than it has, or for none.
    """
    kept: list[int] = []
    start = 0
    for number, amount in enumerate(counts):
        size = total // len(counts) + (1 if number < total % len(counts) else 0)
        if not 1 <= amount <= size:
            raise ValueError(f"section {number + 1} has {size} timesteps, and {amount} of them are asked for")
        stride = (size - 1) / (amount - 1) if amount > 1 else 1.0
        kept += [start + round(stride * index) for index in range(amount)]
        start += size
    return torch.tensor(kept)


@dataclass(frozen=True, eq=False)
class Chain:
    """A run's steps as a diffusion process of their own.

    Attributes:
        timesteps: [n] int64, ascending: what the network is told.
        betas: [n] float64, the variances that lead through exactly these timesteps.
    """

    timesteps: Tensor
    betas: Tensor

    @cached_property
    def cumulative(self) -> Tensor:
        """ᾱ of each step, [n] float64."""
        return torch.cumprod(1 - self.betas, dim=0)

    @cached_property
    def cumulative_before(self) -> Tensor:
        """ᾱ of the step before each (that is, nearer to the picture), [n] float64; 1 before the first."""
        return torch.cat([self.cumulative.new_ones(1), self.cumulative[:-1]])


def respaced(betas: Tensor, timesteps: Tensor) -> Chain:
    """Return the chain that keeps only `timesteps` [n] of a schedule with variances `betas` [T] float64."""
    cumulative = torch.cumprod(1 - betas.double(), dim=0)[timesteps]
    before = torch.cat([cumulative.new_ones(1), cumulative[:-1]])
    return Chain(timesteps, 1 - cumulative / before)
