"""What LoRA and its kin do to one weight.

Sources: LoRA (Hu et al. 2021); LoHa and LoKr (Yeh et al. 2023, "Navigating text-to-image customization"); DoRA (Liu et
al. 2024); GLoRA (Chavan et al. 2023). A convolution's weight [out, in, k, k] is treated as a matrix [out, in·k·k].
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Update(Protocol):
    """A change of one weight."""

    def apply(self, weight: Tensor, strength: float) -> Tensor:
        """Return the changed weight in float32; 0 leaves it as it is, 1 is what the file was trained for.

        Raises:
            ValueError: the update was made for a weight of another shape.
        """
        ...


Delta = Callable[[Tensor], Tensor]
"""The weight in float32 → what is added to it, on its device, in any shape of as many elements."""


def _placed(tensor: Tensor, like: Tensor) -> Tensor:
    return tensor.to(like.device).float()


def _scale(alpha: float | None, rank: int) -> float:
    return 1.0 if alpha is None else alpha / rank


def _tucker(core: Tensor, down: Tensor, up: Tensor) -> Tensor:
    """Put a convolution [out, in, k, k] together from its core [r, r, k, k], down [r, in] and up [out, r]."""
    return torch.einsum("or,rskl,si->oikl", up, core, down)


@dataclass(frozen=True)
class LowRank:
    """LoRA, and LoCon for convolutions: up · down.

    Attributes:
        down: [rank, in] or, for a convolution, [rank, in, k, k].
        up: [out, rank] or [out, rank, 1, 1].
        alpha: the update is scaled by alpha / rank; None stands for the rank, which scales by 1.
        middle: [rank, rank, k, k] of the Tucker form, in which `down` is 1×1; usually None.
    """

    down: Tensor
    up: Tensor
    alpha: float | None = None
    middle: Tensor | None = None

    def __call__(self, weight: Tensor) -> Tensor:
        """Return what is added to the weight."""
        up, down = _placed(self.up, weight).flatten(1), _placed(self.down, weight).flatten(1)
        product = up @ down if self.middle is None else _tucker(_placed(self.middle, weight), down, up)
        return product * _scale(self.alpha, self.down.shape[0])


@dataclass(frozen=True)
class Hadamard:
    """LoHa: the elementwise product of two low-rank products.

    Attributes:
        first, second: (a [out, rank], b [rank, in·k·k]); with a core (a [rank, out], b [rank, in]).
        alpha: as for `LowRank`.
        cores: [rank, rank, k, k] each, or None.
    """

    first: tuple[Tensor, Tensor]
    second: tuple[Tensor, Tensor]
    alpha: float | None = None
    cores: tuple[Tensor, Tensor] | None = None

    def __call__(self, weight: Tensor) -> Tensor:
        """Return what is added to the weight."""
        pairs = [(_placed(a, weight), _placed(b, weight)) for a, b in (self.first, self.second)]
        if self.cores is None:
            parts = [a.flatten(1) @ b.flatten(1) for a, b in pairs]
        else:
            cores = [_placed(core, weight) for core in self.cores]
            parts = [_tucker(core, b, a.T) for core, (a, b) in zip(cores, pairs, strict=True)]
        return parts[0] * parts[1] * _scale(self.alpha, self.first[1].shape[0])


@dataclass(frozen=True)
class Kronecker:
    """LoKr: the Kronecker product of a small and a larger matrix.

    Attributes:
        first, second: of one tensor each, or of two, (a [m, rank], b [rank, n]), whose product they are.
        alpha: scales by alpha / rank where one of them is a product; else without effect.
        core: [rank, rank, k, k] of the second, or None.
    """

    first: tuple[Tensor, ...]
    second: tuple[Tensor, ...]
    alpha: float | None = None
    core: Tensor | None = None

    def __call__(self, weight: Tensor) -> Tensor:
        """Return what is added to the weight."""
        first = self._whole([_placed(part, weight) for part in self.first])
        second_parts = [_placed(part, weight) for part in self.second]
        if self.core is not None and len(second_parts) == 2:
            second = _tucker(_placed(self.core, weight), second_parts[1], second_parts[0].T)
        else:
            second = self._whole(second_parts)
        if second.dim() == 4 and first.dim() == 2:
            first = first[..., None, None]
        ranks = [parts[1].shape[0] for parts in (self.second, self.first) if len(parts) == 2]
        return torch.kron(first, second.contiguous()) * (_scale(self.alpha, ranks[0]) if ranks else 1.0)

    @staticmethod
    def _whole(parts: list[Tensor]) -> Tensor:
        if len(parts) == 1:
            return parts[0]
        return (parts[0].flatten(1) @ parts[1].flatten(1)).reshape(parts[0].shape[0], *parts[1].shape[1:])


@dataclass(frozen=True)
class Generalised:
    """GLoRA: up · down, and the weight itself times a low-rank matrix.

    Attributes:
        inner: (down [rank, in], up [in, rank]) applied before the weight.
        outer: (down [rank, in], up [out, rank]) beside it.
        alpha: as for `LowRank`.
    """

    inner: tuple[Tensor, Tensor]
    outer: tuple[Tensor, Tensor]
    alpha: float | None = None

    def __call__(self, weight: Tensor) -> Tensor:
        """Return what is added to the weight."""
        (inner_down, inner_up), (down, up) = (
            # Early files have the two factors under each other's names: the one with fewer rows is the way down.
            sorted((_placed(part, weight).flatten(1) for part in pair), key=len)
            for pair in (self.inner, self.outer)
        )
        matrix = weight.flatten(1)
        return (up @ down + matrix @ inner_up @ inner_down) * _scale(self.alpha, down.shape[0])


@dataclass(frozen=True)
class Difference:
    """A whole weight's difference, as files of norms and biases have it."""

    difference: Tensor

    def __call__(self, weight: Tensor) -> Tensor:
        """Return what is added to the weight."""
        return _placed(self.difference, weight)


def _sum(weight: Tensor, delta: Tensor, strength: float) -> Tensor:
    if delta.numel() != weight.numel() or (delta.dim() > 1 and delta.shape[0] != weight.shape[0]):
        raise ValueError(
            f"the update makes a weight of {tuple(delta.shape)} and this one is {tuple(weight.shape)}: "
            "the LoRA was made for another kind of model"
        )
    return weight + strength * delta.reshape(weight.shape)


def _made(delta: Delta, weight: Tensor) -> Tensor:
    try:
        return delta(weight)
    except RuntimeError as error:
        # Factors that do not multiply with each other, or with the weight.
        raise ValueError(f"its parts do not fit together or a weight of {tuple(weight.shape)} ({error})") from error


@dataclass(frozen=True)
class Added:
    """An update that is added to the weight."""

    delta: Delta

    def apply(self, weight: Tensor, strength: float) -> Tensor:
        """See `Update`."""
        exact = weight.float()
        return _sum(exact, _made(self.delta, exact), strength)


@dataclass(frozen=True)
class Decomposed:
    """DoRA: the direction of the updated weight with a learned length for each output, or (early files) each input.

    Attributes:
        delta: the low-rank part.
        lengths: [out], [out, 1 …] or [1, in …].
    """

    delta: Delta
    lengths: Tensor

    def apply(self, weight: Tensor, strength: float) -> Tensor:
        """See `Update`."""
        exact = weight.float()
        direction = _sum(exact, _made(self.delta, exact), 1.0)
        lengths = _placed(self.lengths, exact)
        by_input = lengths.dim() > 1 and lengths.shape[0] == 1 and lengths.shape[1] == exact.shape[1]
        kept = 1 if by_input else 0
        if lengths.numel() != exact.shape[kept]:
            raise ValueError(
                f"it has {lengths.numel()} lengths for a weight of {tuple(exact.shape)}: "
                "the LoRA was made for another kind of model"
            )
        shape = [1] * exact.dim()
        shape[kept] = -1
        now = direction.transpose(0, kept).flatten(1).norm(dim=1).clamp(min=torch.finfo(torch.float32).eps)
        rescaled = direction * (lengths.flatten() / now).reshape(shape)
        return exact + strength * (rescaled - exact)
