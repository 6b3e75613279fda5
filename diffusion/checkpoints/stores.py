"""The tensors of files by name: mapped from safetensors, loaded from a torch file, or known by their shapes alone."""

import mmap
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

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

TOUCHED_AROUND = 2 << 20
"""A system maps pages around the one that is touched, up to 1 MiB on Linux: they are let go of with it."""


class TensorStore(Protocol):
    """Tensors under the names their file gives them."""

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU. It may share memory with the file: do not write to it."""
        ...

    def dtype(self, name: str) -> torch.dtype:
        """Return the type it is stored in."""
        ...

    def nbytes(self, name: str) -> int:
        """Return the bytes it takes as it is stored."""
        ...

    def forget(self, name: str) -> None:
        """Let go of the memory that reading it took, as far as nothing else needs it; it can be read again."""
        ...


class MappedStore:
    """A safetensors file, mapped into memory once and shared by everything read from it."""

    def __init__(self, path: Path, entries: Mapping[str, TensorEntry]) -> None:
        self.path = path
        self._entries = entries

    @cached_property
    def _mapping(self) -> mmap.mmap:
        with self.path.open("rb") as file:
            # A private mapping: pages come from the file when touched, and a stray write never reaches it.
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)

    @cached_property
    def _bytes(self) -> Tensor:
        return torch.frombuffer(self._mapping, dtype=torch.uint8)

    def read(self, name: str) -> Tensor:
        """Return a tensor, sharing the mapping's memory where the alignment allows it."""
        entry = self._entries[name]
        if entry.end > self._bytes.numel():
            raise CheckpointError(
                "The file became shorter while it was in use", where=self.path, remedy="Restore it and run again."
            )
        dtype = DTYPES[entry.dtype]
        piece = self._bytes[entry.start : entry.end]
        if entry.start % dtype.itemsize:
            piece = piece.clone()
        return piece.view(dtype).reshape(entry.shape)

    def dtype(self, name: str) -> torch.dtype:
        """Return the type it is stored in."""
        return DTYPES[self._entries[name].dtype]

    def nbytes(self, name: str) -> int:
        """Return the bytes it takes in the file."""
        return self._entries[name].end - self._entries[name].start

    def forget(self, name: str) -> None:
        """Let go of its pages, which count as ours once touched; touched again, they come from the file again."""
        entry = self._entries[name]
        if entry.end > entry.start and hasattr(mmap, "MADV_DONTNEED"):
            start = entry.start - entry.start % TOUCHED_AROUND
            end = min(entry.end + TOUCHED_AROUND - entry.end % TOUCHED_AROUND, len(self._mapping))
            self._mapping.madvise(mmap.MADV_DONTNEED, start, end - start)


class LoadedStore:
    """Tensors that torch opened."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = tensors

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU."""
        return self._tensors[name]

    def dtype(self, name: str) -> torch.dtype:
        """Return the type it is stored in."""
        return self._tensors[name].dtype

    def nbytes(self, name: str) -> int:
        """Return the bytes it takes."""
        return self._tensors[name].nbytes

    def forget(self, name: str) -> None:
        """Nothing: these tensors stay as long as the file is open."""


class ShapesStore:
    """Names and shapes without weights: enough to build the networks of a file that is not at hand."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], dtypes: Mapping[str, torch.dtype]) -> None:
        self._shapes = shapes
        self._dtypes = dtypes

    def read(self, name: str) -> Tensor:
        """There are no weights to read.

        Raises:
            CheckpointError: always.
        """
        raise CheckpointError(
            f"Only the shape of {name} is known, not its weights", where="a header", remedy="Open the file itself."
        )

    def dtype(self, name: str) -> torch.dtype:
        """Return the type it is said to have, float32 if nothing is said."""
        return self._dtypes.get(name, torch.float32)

    def nbytes(self, name: str) -> int:
        """Return the bytes it would take."""
        return torch.Size(self._shapes[name]).numel() * self.dtype(name).itemsize

    def forget(self, name: str) -> None:
        """Nothing was read."""


class JoinedStore:
    """Tensors of several files under one roof: the shards of a model, or the parts of a diffusers folder."""

    def __init__(self, places: Mapping[str, tuple[TensorStore, str]]) -> None:
        """Take name → the store that has it, and its name there."""
        self._places = places

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU."""
        store, theirs = self._places[name]
        return store.read(theirs)

    def dtype(self, name: str) -> torch.dtype:
        """Return the type it is stored in."""
        store, theirs = self._places[name]
        return store.dtype(theirs)

    def nbytes(self, name: str) -> int:
        """Return the bytes it takes in its file."""
        store, theirs = self._places[name]
        return store.nbytes(theirs)

    def forget(self, name: str) -> None:
        """Let go of the memory that reading it took."""
        store, theirs = self._places[name]
        store.forget(theirs)


class ScaledStore:
    """Eight-bit weights that were divided by a scale to fit their range: they are multiplied by it when read."""

    def __init__(self, store: TensorStore, scales: Mapping[str, str]) -> None:
        """Take name of a weight → name of its scale: one number, or one for each row."""
        self._store = store
        self._scales = scales

    def read(self, name: str) -> Tensor:
        """Return a tensor on the CPU; a scaled one in float32."""
        tensor = self._store.read(name)
        if name not in self._scales:
            return tensor
        scale = self._store.read(self._scales[name]).float().flatten()
        return tensor.float() * scale.reshape(-1, *[1] * (tensor.dim() - 1))

    def dtype(self, name: str) -> torch.dtype:
        """Return the type it is stored in."""
        return self._store.dtype(name)

    def nbytes(self, name: str) -> int:
        """Return the bytes it takes in the file."""
        return self._store.nbytes(name)

    def forget(self, name: str) -> None:
        """Let go of the memory that reading it took."""
        self._store.forget(name)
