"""Fewer timesteps than a model was trained with, as a chain of its own (Nichol & Dhariwal 2021, section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

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
        # Strides are added up as in published code: where a place falls on a half, the sum's last bit decides.
        kept += [start + round(place) for place in accumulate([0.0] + [stride] * (amount - 1))]
        start += size
    return torch.tensor(kept)


def strided_timesteps(total: int, count: int) -> Tensor:
    """Return `count` timesteps at an even whole stride from 0 ("ddimN"; Song et al. 2020), ascending int64.

    Raises:
        ValueError: no stride gives exactly this many.
    """
    for stride in range(1, total):
        if -(-total // stride) == count:
            return torch.arange(0, total, stride)
    raise ValueError(f"no even stride through {total} timesteps gives exactly {count} of them")


# Sections of DeepFloyd IF's respacings; the names and the counts are its own (MIT-licensed code, 2023).
_SECTIONS: Mapping[str, tuple[int, ...]] = {
    "fast27": (10, 10, 3, 2, 2),
    "smart27": (7, 4, 2, 1, 2, 4, 7),
    "smart50": (10, 6, 4, 3, 2, 2, 3, 4, 6, 10),
    "smart100": (1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 7, 8, 9, 10, 13),
    "smart185": (1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20),
    "super27": (1, 1, 1, 1, 1, 1, 1, 2, 5, 13),
    "super40": (2, 2, 2, 2, 2, 2, 3, 4, 6, 15),
    "super100": (4, 4, 6, 6, 8, 8, 10, 10, 14, 30),
}

RESPACINGS: tuple[str, ...] = tuple(_SECTIONS)
"""Respacings by name; `timesteps_named` knows them, "ddimN", counts such as "10,10,3,2,2" and plain numbers."""


def timesteps_named(name: str, total: int = 1000) -> Tensor:
    """Return the timesteps of a respacing by name, ascending int64.

    Args:
        name: one of `RESPACINGS`; "ddimN"; numbers with commas, the counts of sections; or one number.
        total: timesteps of the model.

    Raises:
        ValueError: an unknown name, or counts that do not fit.
    """
    name = name.strip()
    if name == "fast27":
        # The noisiest timestep makes DDIM stumble: GLIDE (Nichol et al. 2021) begins two earlier.
        timesteps = section_timesteps(total, _SECTIONS[name])
        return torch.cat([timesteps[:-1], torch.tensor([total - 3])])
    if name in _SECTIONS:
        return section_timesteps(total, _SECTIONS[name])
    if name.startswith("ddim") and name[4:].isdecimal():
        return strided_timesteps(total, int(name[4:]))
    counts = name.split(",")
    if not all(count.strip().isdecimal() for count in counts):
        raise ValueError(
            f"there is no respacing named {name!r}; use one of {', '.join(RESPACINGS)}, ddimN, or counts such as 10,5,5"
        )
    return section_timesteps(total, [int(count) for count in counts])


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
