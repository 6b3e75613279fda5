"""A conditioning with the place, the time and the weight it works with, and predictions under several of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.conditioning import Conditioning, stack, stackable
from diffusion.denoiser import ConditionedDenoiser

# Cells over which the weight of an area falls off towards its inner edges.
_FEATHER = 8


@dataclass(frozen=True)
class Area:
    """A rectangle of the latent, in cells."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True, eq=False)
class Entry:
    """One conditioning of several that steer together.

    Attributes:
        conditioning: with one row, or as many as there are pictures.
        area: where it works; the network sees this part alone. None: everywhere.
        mask: [1 or B, 1, H, W] weights, or None.
        strength: its weight against the others where they overlap.
        start, end: it works at levels from `start` down to `end`.
    """

    conditioning: Conditioning
    area: Area | None = None
    mask: Tensor | None = None
    strength: float = 1.0
    start: float = float("inf")
    end: float = 0.0

    def active(self, sigma: float) -> bool:
        """Tell whether it works at a level."""
        return self.end <= sigma <= self.start

    def part(self, x: Tensor) -> Tensor:
        """Cut x [B, C, H, W] to the area."""
        if self.area is None:
            return x
        area = self.area
        return x[..., area.top : area.top + area.height, area.left : area.left + area.width]

    def conditioned(self, batch: int) -> Conditioning:
        """Return the conditioning for `batch` pictures, cut to the area."""
        area = self.area
        cut = (
            self.conditioning if area is None else self.conditioning.crop(area.top, area.left, area.height, area.width)
        )
        return cut.expand(batch)

    def weights(self, x: Tensor) -> Tensor:
        """Return the weights of its prediction over its part of x, broadcastable over it."""
        whole_height, whole_width = x.shape[-2:]
        weights = x.new_full((1, 1, *self.part(x).shape[-2:]), self.strength)
        if self.mask is not None:
            return weights * self.part(self.mask.to(x))
        if self.area is None:
            return weights
        area = self.area
        # An area's edges fade, but not where they are the picture's own.
        for axis, before, after in (
            (-2, area.top, whole_height - area.top - area.height),
            (-1, area.left, whole_width - area.left - area.width),
        ):
            size = weights.shape[axis]
            cells = torch.arange(size, device=x.device, dtype=x.dtype)
            fade = x.new_ones(size)
            if before > 0:
                fade = fade * ((cells + 1) / _FEATHER).clamp(max=1)
            if after > 0:
                fade = fade * ((size - cells) / _FEATHER).clamp(max=1)
            weights = weights * fade.reshape(-1, *[1] * (-1 - axis))
        return weights


class Predictor:
    """Predicts under groups of entries, with as few passes of the network as their shapes and memory allow."""

    def __init__(
        self, denoiser: ConditionedDenoiser, groups: Mapping[str, Sequence[Entry]], rows: int | None = None
    ) -> None:
        """Args: `rows` of the batch that fit into one pass; None for any number."""
        self._denoiser = denoiser
        self._groups = {name: tuple(entries) for name, entries in groups.items()}
        self._rows = rows
        self._stacked: dict[tuple[object, ...], Conditioning] = {}

    def __call__(
        self, names: Sequence[str], x: Tensor, sigma: float, denoiser: ConditionedDenoiser | None = None
    ) -> dict[str, Tensor]:
        """Return x̂0 [B, C, H, W] for each named group; zeros where none of a group works.

        `denoiser` stands in for the predictor's own.
        """
        jobs = [(name, entry) for name in names for entry in self._groups[name] if entry.active(sigma)]
        outputs: dict[int, Tensor] = {}
        for batch in self._batches(jobs, x):
            outputs |= self._run([jobs[index][1] for index in batch], batch, x, sigma, denoiser or self._denoiser)
        return {
            name: _blend(x, [(entry, outputs[index]) for index, (owner, entry) in enumerate(jobs) if owner == name])
            for name in names
        }

    def _batches(self, jobs: Sequence[tuple[str, Entry]], x: Tensor) -> list[list[int]]:
        """Group the jobs that can share a pass."""
        most = max(1, (self._rows or len(jobs) * len(x)) // len(x))
        batches: list[list[int]] = []
        for index, (_, entry) in enumerate(jobs):
            for batch in batches:
                other = jobs[batch[0]][1]
                alike = entry.part(x).shape == other.part(x).shape
                if len(batch) < most and alike and stackable(entry.conditioning, other.conditioning):
                    batch.append(index)
                    break
            else:
                batches.append([index])
        return batches

    def _run(
        self, entries: Sequence[Entry], indices: Sequence[int], x: Tensor, sigma: float, denoiser: ConditionedDenoiser
    ) -> dict[int, Tensor]:
        # The conditioning does not change over a run: what shares a pass is stacked once.
        key = (len(x), *(id(entry) for entry in entries))
        if key not in self._stacked:
            self._stacked[key] = stack(*(entry.conditioned(len(x)) for entry in entries))
        parts = [entry.part(x) for entry in entries]
        whole = torch.cat(parts) if len(parts) > 1 else parts[0]
        outputs = denoiser(whole, sigma, self._stacked[key]).chunk(len(entries))
        return dict(zip(indices, outputs, strict=True))


def _blend(x: Tensor, parts: Sequence[tuple[Entry, Tensor]]) -> Tensor:
    """Average predictions by their weights."""
    if len(parts) == 1 and parts[0][0].area is None and parts[0][0].mask is None:
        return parts[0][1]
    total, weight = torch.zeros_like(x), torch.zeros_like(x)
    for entry, output in parts:
        weights = entry.weights(x)
        entry.part(total).add_(output * weights)
        entry.part(weight).add_(weights)
    return total / weight.clamp(min=1e-12)
