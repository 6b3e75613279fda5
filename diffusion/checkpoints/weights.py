"""Weights on disk that are read when they are needed, as often as they are needed."""

import mmap
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, cast

import torch
from torch import Tensor, nn

from diffusion.checkpoints.container import Container, check_archive
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.header import TensorEntry

DTYPES: Mapping[str, torch.dtype] = {
    "BOOL": torch.bool,
    "U8": torch.uint8,
    "I8": torch.int8,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "U16": torch.uint16,
    "I16": torch.int16,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "U32": torch.uint32,
    "I32": torch.int32,
    "F32": torch.float32,
    "U64": torch.uint64,
    "I64": torch.int64,
    "F64": torch.float64,
}

NetworkT = TypeVar("NetworkT", bound=nn.Module, covariant=True)


class WeightSource(Protocol):
    """Where the weights of one network come from."""

    @property
    def nbytes(self) -> int:
        """Bytes of all its tensors as they are stored."""
        ...

    @property
    def dtype(self) -> torch.dtype:
        """Type most of its bytes are stored in."""
        ...

    def names(self) -> Iterator[str]:
        """Every parameter and buffer of the network, under the network's own names."""
        ...

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU, as it is stored. It may share memory with the file: do not write to it."""
        ...

    def forget(self, name: str) -> None:
        """What was read under `name` was copied: the memory that reading it took may go. It can be read again."""
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


class MappedFile:
    """The bytes of a safetensors file, mapped into memory once and shared by everything read from it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _mapping(self) -> mmap.mmap:
        with self.path.open("rb") as file:
            # A private mapping: pages come from the file when touched, and a stray write never reaches it.
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)

    @cached_property
    def _bytes(self) -> Tensor:
        return torch.frombuffer(self._mapping, dtype=torch.uint8)

    def tensor(self, entry: TensorEntry) -> Tensor:
        """Return one tensor, sharing the mapping's memory where the alignment allows it."""
        if entry.end > self._bytes.numel():
            raise CheckpointError(
                "The file became shorter while it was in use", where=self.path, remedy="Restore it and run again."
            )
        dtype = DTYPES[entry.dtype]
        piece = self._bytes[entry.start : entry.end]
        if entry.start % dtype.itemsize:
            piece = piece.clone()
        return piece.view(dtype).reshape(entry.shape)

    def forget(self, entry: TensorEntry) -> None:
        """Let go of the pages of one tensor, which count as ours once touched; touched again, they are read again."""
        if entry.end <= entry.start or not hasattr(mmap, "MADV_DONTNEED"):
            return
        start = entry.start - entry.start % mmap.PAGESIZE
        self._mapping.madvise(mmap.MADV_DONTNEED, start, entry.end - start)


class SafetensorsWeights:
    """Weights of one network inside a safetensors file."""

    def __init__(self, file: MappedFile, entries: Mapping[str, TensorEntry]) -> None:
        self._file = file
        self._entries = entries

    @property
    def nbytes(self) -> int:
        """Bytes of all its tensors as they are stored."""
        return sum(entry.end - entry.start for entry in self._entries.values())

    @property
    def dtype(self) -> torch.dtype:
        """Type most of its bytes are stored in."""
        totals: dict[str, int] = {}
        for entry in self._entries.values():
            totals[entry.dtype] = totals.get(entry.dtype, 0) + entry.end - entry.start
        return DTYPES[max(totals, key=lambda name: totals[name])]

    def names(self) -> Iterator[str]:
        """Every tensor, under the network's names."""
        return iter(self._entries)

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU, as it is stored."""
        return self._file.tensor(self._entries[name])

    def forget(self, name: str) -> None:
        """Let go of the pages that reading `name` touched."""
        self._file.forget(self._entries[name])


class LoadedWeights:
    """Weights of one network inside a torch archive that `read_torch_file` opened."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = tensors

    @property
    def nbytes(self) -> int:
        """Bytes of all its tensors as they are stored."""
        return sum(tensor.nbytes for tensor in self._tensors.values())

    @property
    def dtype(self) -> torch.dtype:
        """Type of the largest tensor."""
        return max(self._tensors.values(), key=lambda tensor: tensor.nbytes).dtype

    def names(self) -> Iterator[str]:
        """Every tensor, under the network's names."""
        return iter(self._tensors)

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU, as it is stored."""
        return self._tensors[name]

    def forget(self, name: str) -> None:
        """Nothing: these tensors are held as long as the file is open."""


def _load_tensors(path: Path, container: Container) -> Any:
    # Given a path, torch itself would choose by suffix; given an open file, it cannot map it into memory.
    if container is Container.TORCH_ZIP and path.suffix.lower() != ".safetensors":
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    with path.open("rb") as file:
        return torch.load(file, map_location="cpu", weights_only=True)


def read_torch_file(path: Path, container: Container) -> dict[str, Tensor]:
    """Read the tensors of a `.ckpt` or `.pt` file without running anything in it.

    Raises:
        CheckpointError: the file is damaged, or holds more than plain tensors.
    """
    if container is Container.TORCH_ZIP:
        check_archive(path)
    try:
        loaded = _load_tensors(path, container)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            "Pickle refused: this file wants to run a program when it is opened, or is no torch file",
            where=path,
            remedy="Do not open it elsewhere. Ask its author for a .safetensors file.",
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"This torch file is damaged ({type(error).__name__})", where=path, remedy="Download the file again."
        ) from error
    tensors: Any = loaded
    for wrapper in ("state_dict", "model_state_dict", "module", "params_ema"):
        if isinstance(tensors, dict) and isinstance(tensors.get(wrapper), dict):
            tensors = tensors[wrapper]
            break
    if not isinstance(tensors, dict):
        raise CheckpointError(
            "This torch file holds no table of weights", where=path, remedy="Choose a checkpoint of a model."
        )
    table = cast("dict[Any, Any]", tensors)
    return {str(name): value for name, value in table.items() if isinstance(value, Tensor)}
