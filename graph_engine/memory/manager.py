"""Brings networks onto the device when a node leases them, and sends others away when room is needed."""

from collections.abc import Generator, Hashable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from graph_engine.memory.lease import Backend, Handle, OutOfDeviceMemory
from graph_engine.memory.ledger import Ledger
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError


class OutputStore(Protocol):
    """Where cached outputs lie."""

    def discard(self, key: bytes) -> None:
        """Let go of ``key`` if it is held."""
        ...


@dataclass(frozen=True)
class _Weights:
    """The ledger's name for a resident network."""

    identity: str


@dataclass
class _Resident:
    handle: Handle
    network: Any
    dtype: Any | None


@dataclass(frozen=True)
class OutputAccount:
    """Enters cached outputs into the ledger; see :class:`graph_engine.cache.stores.memory.Account`."""

    ledger: Ledger

    def hold(self, key: bytes, size: int) -> None:
        """``key`` now holds ``size`` bytes."""
        self.ledger.hold(key, "output", size)

    def drop(self, key: bytes) -> None:
        """``key`` is gone."""
        self.ledger.drop(key)

    def touch(self, key: bytes) -> None:
        """``key`` was used."""
        self.ledger.touch(key)


class MemoryManager:
    """Implements :class:`graph_engine.spec.context.NodeMemory` over one device. For one thread at a time.

    ``outputs`` is set by the composition root; without it, cached outputs are counted but cannot be evicted.
    """

    def __init__(self, backend: Backend, ledger: Ledger) -> None:
        self._backend = backend
        self.ledger = ledger
        self.outputs: OutputStore | None = None
        self.output_account = OutputAccount(ledger)
        self._residents: dict[str, _Resident] = {}

    @property
    def device(self) -> Any:
        """The torch device that leased networks are on."""
        return self._backend.device

    def around_job(self) -> AbstractContextManager[Any]:
        """The context that every job runs in."""
        return self._backend.around_job()

    @contextmanager
    def lease(self, handle: Any, *, working_bytes: int = 0, dtype: Any | None = None) -> Generator[Any]:
        """See NodeMemory.lease. Two handles of one identity share one resident network."""
        owner = _Weights(handle.identity)
        resident = self._residents.get(handle.identity)
        if resident is not None and resident.dtype != dtype and not self.ledger.holdings()[owner].leases:
            self._evict(owner)
            resident = None
        if resident is None:
            resident = self._bring_in(handle, owner, working_bytes, dtype)
        else:
            self._make_room(working_bytes, keep=owner)
        self.ledger.lease(owner, working_bytes)
        try:
            yield resident.network
        finally:
            self.ledger.unlease(owner, working_bytes)

    def release_all(self) -> None:
        """Send every network away that no lease holds."""
        for owner, holding in self.ledger.holdings().items():
            if holding.kind == "weights" and not holding.leases:
                self._evict(owner)
        self._backend.trim()

    def describe(self) -> dict[str, Any]:
        """The device, its versions and its memory, in bytes, for the status page."""
        return {**self._backend.describe(), "held": self.ledger.held}

    def _bring_in(self, handle: Handle, owner: _Weights, working_bytes: int, dtype: Any | None) -> _Resident:
        size = self._backend.size_of(handle, dtype)
        self._make_room(size + working_bytes)
        try:
            network = self._backend.materialise(handle, dtype)
        except OutOfDeviceMemory:
            # The device holds more than the ledger knows of; with everything else gone it may still do.
            self._shed_all()
            try:
                network = self._backend.materialise(handle, dtype)
            except OutOfDeviceMemory as error:
                raise self._does_not_fit(size) from error
        self.ledger.hold(owner, "weights", size)
        resident = self._residents[handle.identity] = _Resident(handle, network, dtype)
        return resident

    def _make_room(self, need: int, keep: Hashable = None) -> None:
        victims = self.ledger.victims(need, keep)
        if victims is None:
            raise self._does_not_fit(need)
        for owner in victims:
            self._evict(owner)
        if victims:
            self._backend.trim()

    def _shed_all(self) -> None:
        for owner, holding in self.ledger.holdings().items():
            if not holding.leases:
                self._evict(owner)
        self._backend.trim()

    def _evict(self, owner: Hashable) -> None:
        if isinstance(owner, _Weights):
            resident = self._residents.pop(owner.identity)
            self._backend.release(resident.handle)
            self.ledger.drop(owner)
        elif isinstance(owner, bytes):
            if self.outputs is not None:
                self.outputs.discard(owner)
            self.ledger.drop(owner)

    def _does_not_fit(self, need: int) -> ProblemError:
        available = max(self.ledger.available(), 0)
        return ProblemError([problem("memory.does_not_fit", needed=_readable(need), available=_readable(available))])


def _readable(size: int) -> str:
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"
