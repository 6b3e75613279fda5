"""How one tensor of a network is made of a file's tensors: taken as it is, or reshaped, joined, cut, turned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Form = Literal["same", "convolution", "linear", "transposed", "swapped"]


@dataclass(frozen=True)
class Take:
    """Where a tensor of a network comes from.

    Attributes:
        names: the tensors of the file; several are joined along the first dimension.
        rows: the part of the joined rows that is meant, as (start, end) in parts of `of`: (1, 2) of 3 is the middle
            third. None takes all.
        of: see `rows`.
        form: "same"; "convolution": a linear weight seen as a 1×1 convolution; "linear": the reverse; "transposed";
            "swapped": the two halves of the rows change places.
    """

    names: tuple[str, ...]
    rows: tuple[int, int] | None = None
    of: int = 1
    form: Form = "same"

    def shape(self, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Return the shape of the result, given those of the file's tensors in order."""
        if not shapes[0]:
            return ()
        rows = sum(shape[0] for shape in shapes)
        if self.rows is not None:
            rows = rows * (self.rows[1] - self.rows[0]) // self.of
        return _reformed((rows, *shapes[0][1:]), self.form)

    def make(self, tensors: Sequence[Tensor]) -> Tensor:
        """Return the tensor, given the file's in order; it may share their memory."""
        whole = tensors[0] if len(tensors) == 1 else torch.cat(list(tensors))
        if self.rows is not None:
            size = whole.shape[0] // self.of
            whole = whole[self.rows[0] * size : self.rows[1] * size]
        if self.form == "transposed":
            return whole.T
        if self.form == "swapped":
            return torch.cat(list(reversed(whole.chunk(2))))
        return whole.reshape(_reformed(tuple(whole.shape), self.form))


def _reformed(shape: tuple[int, ...], form: Form) -> tuple[int, ...]:
    if form == "convolution" and len(shape) == 2:
        return (*shape, 1, 1)
    if form == "linear" and shape[2:] and all(side == 1 for side in shape[2:]):
        return shape[:2]
    return shape[::-1] if form == "transposed" else shape


Keys = Mapping[str, str | Take]
"""Name in a network → name in the file, or how to make it of several."""


def taken(names: Keys) -> dict[str, Take]:
    """Return every entry as a `Take`."""
    return {ours: Take((theirs,)) if isinstance(theirs, str) else theirs for ours, theirs in names.items()}
