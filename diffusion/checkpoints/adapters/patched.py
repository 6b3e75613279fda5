"""A network whose weights are changed as they are read: the file stays as it is, and so does the unchanged network."""

import copy
from collections.abc import Iterator, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn

from diffusion.checkpoints.adapters.file import Change
from diffusion.checkpoints.adapters.targets import Target
from diffusion.checkpoints.weights import Weighted, WeightSource

NetworkT = TypeVar("NetworkT", bound=nn.Module)


def _rows(weight: Tensor, target: Target) -> slice:
    size = weight.shape[0] // target.parts
    return slice(target.part * size, (target.part + 1) * size)


def _swap(tensor: Tensor) -> Tensor:
    return torch.cat(list(reversed(tensor.chunk(2))))


class PatchedWeights:
    """The weights of another source, with changes applied in float32 when one is read."""

    def __init__(self, source: WeightSource, changes: Sequence[Change], strength: float) -> None:
        self._source = source
        self._strength = strength
        self._changes: dict[str, list[Change]] = {}
        for change in changes:
            self._changes.setdefault(change.target.name, []).append(change)

    @property
    def nbytes(self) -> int:
        """Bytes of the unchanged weights as they are stored."""
        return self._source.nbytes

    @property
    def dtype(self) -> torch.dtype:
        """Type of the unchanged weights."""
        return self._source.dtype

    def names(self) -> Iterator[str]:
        """Every tensor, under the network's names."""
        return self._source.names()

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU: in float32 if it is changed, else as it is stored.

        Raises:
            ValueError: a change does not fit its weight; the weight is named.
        """
        stored = self._source.read(name)
        changes = self._changes.get(name)
        if not changes:
            return stored
        weight = stored.float().clone()
        for change in changes:
            rows = _rows(weight, change.target)
            part = weight[rows]
            part = _swap(part) if change.target.swapped else part
            try:
                changed = change.update.apply(part, self._strength)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
            weight[rows] = _swap(changed) if change.target.swapped else changed
        return weight

    def forget(self, name: str) -> None:
        """Let go of the memory that reading the unchanged weight took."""
        self._source.forget(name)


def _blueprint(network: NetworkT) -> NetworkT:
    """Copy a network onto the meta device, wherever its weights are now."""
    tensors = [*network.named_parameters(), *network.named_buffers()]
    # A copy takes what stands in the memo in place of copying: the weights are never duplicated.
    memo: dict[int, object] = {}
    for _, tensor in tensors:
        empty = torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
        parameter = isinstance(tensor, nn.Parameter)
        memo[id(tensor)] = nn.Parameter(empty, requires_grad=False) if parameter else empty
    return copy.deepcopy(network, memo)


def patched(weighted: Weighted[NetworkT], changes: Sequence[Change], strength: float, label: str) -> Weighted[NetworkT]:
    """Return a network with other weights, as a value of its own.

    Args:
        weighted: the network to change; it stays as it is. It may itself be patched: changes stack in order.
        changes: from `changes_for`.
        strength: 0 returns `weighted`; 1 is what the file was trained for; any sign.
        label: tells the file of the changes from others, and from itself when it is written anew.
    """
    if strength == 0 or not changes:
        return weighted
    source = PatchedWeights(weighted.source, changes, strength)
    return Weighted(_blueprint(weighted.network), source, f"{weighted.identity}+{label}*{strength!r}")
