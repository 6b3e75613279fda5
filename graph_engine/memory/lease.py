"""What the memory manager and a device's backend ask of each other."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from graph_engine.memory.residency import Footprint


class WeightSource(Protocol):
    """Where a network's weights are read from, any number of times.

    A source may also have ``forget(name)``: what was read under ``name`` is not needed any more, and pages of a mapped
    file that it touched may go. It is looked for, never demanded.
    """

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

    def footprint(self, handle: Handle, dtype: Any | None) -> Footprint:
        """Bytes of the network when it is resident, and when it is streamed."""
        ...

    def place(self, handle: Handle, dtype: Any | None, resident: int) -> Any:
        """Make about ``resident`` bytes of the network resident (never more) and the rest read when it is used.

        The network may be placed already, with more or less of it. Gives it ready to call. Raises OutOfDeviceMemory,
        ProblemError; then the network is released.
        """
        ...

    def release(self, handle: Handle) -> None:
        """Let the weights go; the network is on the meta device again."""
        ...

    def settle(self) -> None:
        """No lease is in force: let go of the buffers that streaming used."""
        ...

    def trim(self) -> None:
        """Hand what is free back to the device and to the system."""
        ...

    def free_bytes(self) -> int | None:
        """Bytes that the device could still give, whoever holds the others; None where it cannot be known."""
        ...

    def around_job(self) -> AbstractContextManager[Any]:
        """The context that every job runs in."""
        ...

    def describe(self) -> dict[str, Any]:
        """``{"device", "versions", "total", "free"}``; memory in bytes as it is now."""
        ...
