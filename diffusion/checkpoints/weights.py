"""Weights that are read when they are needed, as often as they are needed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from diffusion.checkpoints.recipe import Keys, Take, taken
from diffusion.checkpoints.stores import TensorStore

NetworkT = TypeVar("NetworkT", bound=nn.Module, covariant=True)


class WeightSource(Protocol):
    """Where the weights of one network come from."""

    @property
    def nbytes(self) -> int:
        """Bytes of all its tensors as they are stored."""
        ...

    @property
    def dtype(self) -> torch.dtype:
        """Type most of its bytes are stored in; bfloat16 for 8-bit weights, in which nothing can be computed."""
        ...

    def names(self) -> Iterator[str]:
        """Every parameter and buffer of the network, under the network's own names."""
        ...

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU, as it is stored. It may share memory with the file: do not write to it."""
        ...

    def forget(self, name: str) -> None:
        """Let go of the memory that reading `name` took, as far as nothing else needs it; it can be read again."""
        ...


@dataclass(frozen=True)
class Weighted(Generic[NetworkT]):
    """A network on the meta device, with the place its weights come from.

    Attributes:
        network: in evaluation mode, without gradients, every parameter on the meta device.
        source: the weights, under the network's names; it can be read many times.
        identity: equal for equal weights: file, time of change, size and part.
    """

    network: NetworkT
    source: WeightSource
    identity: str


class StoredWeights:
    """Weights of one network inside a file, or inside the files of a folder."""

    def __init__(self, store: TensorStore, names: Keys) -> None:
        self._store = store
        self._takes: dict[str, Take] = taken(names)

    @property
    def nbytes(self) -> int:
        """Bytes of all its tensors as they are stored."""
        return sum(self._store.nbytes(name) for name in self._stored_names())

    @property
    def dtype(self) -> torch.dtype:
        """Type most of its bytes are stored in; bfloat16 for 8-bit weights, in which nothing can be computed."""
        totals: dict[torch.dtype, int] = {}
        for name in self._stored_names():
            dtype = self._store.dtype(name)
            totals[dtype] = totals.get(dtype, 0) + self._store.nbytes(name)
        most = max(totals, key=lambda dtype: totals[dtype])
        return torch.bfloat16 if most.is_floating_point and most.itemsize == 1 else most

    def names(self) -> Iterator[str]:
        """Every tensor, under the network's names."""
        return iter(self._takes)

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU, as it is stored."""
        take = self._takes[name]
        return take.make([self._store.read(theirs) for theirs in take.names])

    def forget(self, name: str) -> None:
        """Let go of the pages of the file that reading `name` touched."""
        for theirs in self._takes[name].names:
            self._store.forget(theirs)

    def _stored_names(self) -> set[str]:
        return {name for take in self._takes.values() for name in take.names}
