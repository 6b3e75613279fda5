"""What the memory manager and a device's backend ask of each other."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol


class WeightSource(Protocol):
    """Where a network's weights are read from, any number of times."""

    @property
    def nbytes(self) -> int:
        """Bytes of all tensors as they are stored."""
        ...

    def names(self) -> Iterator[str]:
        """The network's own names of all its weights."""
        ...

    def read(self, name: str) -> Any:
        """One tensor on the CPU as it is stored; it may share memory with the file."""
        ...


class Handle(Protocol):
    """A network on the meta device and where its weights are. Equal ``identity`` means equal weights."""

    @property
    def network(self) -> Any:
        """The module."""
        ...

    @property
    def source(self) -> WeightSource:
        """Its weights."""
        ...

    @property
    def identity(self) -> str:
        """What tells these weights from others."""
        ...


class OutOfDeviceMemory(Exception):  # noqa: N818 - an answer, turned into a problem or a second try
    """The device refused, whatever the ledger says."""


class Backend(Protocol):
    """Acts on one device."""

    @property
    def device(self) -> Any:
        """The device."""
        ...

    def size_of(self, handle: Handle, dtype: Any | None) -> int:
        """Bytes that the network would hold when resident."""
        ...

    def materialise(self, handle: Handle, dtype: Any | None) -> Any:
        """Read the weights in and give the network, ready to call. Raises OutOfDeviceMemory, ProblemError."""
        ...

    def release(self, handle: Handle) -> None:
        """Let the weights go; the network is on the meta device again."""
        ...

    def trim(self) -> None:
        """Hand what is free back to the device."""
        ...

    def around_job(self) -> AbstractContextManager[Any]:
        """The context that every job runs in."""
        ...

    def describe(self) -> dict[str, Any]:
        """``{"device", "versions", "total", "free"}``; memory in bytes as it is now."""
        ...
