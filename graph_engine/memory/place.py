"""One place with memory of its own, the device or the host: its ledger, and the networks that are there."""

import logging
import threading
import time
from collections.abc import Generator, Hashable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from graph_engine.memory.lease import Backend, Handle, OutOfDeviceMemory
from graph_engine.memory.ledger import Holding, Ledger
from graph_engine.memory.pressure import Pressure
from graph_engine.memory.residency import Footprint, Placement, Residency, choose_placement, lesser
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError

log = logging.getLogger(__name__)

OUTPUTS_TOLD = 100
"""A report names so many cached outputs, the largest; the others are only counted."""


class OutputStore(Protocol):
    """Where cached outputs lie."""

    def discard(self, key: bytes) -> None:
        """Let go of ``key`` if it is held."""
        ...


@dataclass(frozen=True)
class Weights:
    """The ledger's name for a network's weights."""

    identity: str


@dataclass
class Resident:
    """A network in a place. ``nodes`` leased it last, latest at the end."""

    handle: Handle
    network: Any
    dtype: Any | None
    placement: Placement
    full: int
    nodes: list[str]


class Place:
    """Leases networks on one backend within one ledger.

    Weights are brought in by one thread at a time; the books have a lock of their own, held for no longer than it takes
    to count, so that :meth:`holders` answers while a network is being read.
    """

    def __init__(self, backend: Backend, ledger: Ledger, most: Residency = "full") -> None:
        self.backend = backend
        self.ledger = ledger
        self.outputs: OutputStore | None = None
        self.output_nodes: dict[bytes, str] = {}
        self._most: Residency = most
        self._residents: dict[str, Resident] = {}
        self._open = 0
        self._turn = threading.RLock()
        self.books = threading.RLock()

    @contextmanager
    def lease(
        self, handle: Handle, *, working: int, least: int, dtype: Any | None, pressure: Pressure, node: str
    ) -> Generator[Any]:
        """Lease ``handle`` for ``node``; see :meth:`graph_engine.spec.context.NodeMemory.lease`."""
        owner = Weights(handle.identity)
        with self._turn:
            resident, extra, tight = self._bring_in(handle, owner, working, least, dtype, pressure)
            with self.books:
                self.ledger.lease(owner, extra)
                self._open += 1
            if node:
                resident.nodes = [*(name for name in resident.nodes if name != node), node][-8:]
        before, pressure.tight = pressure.tight, pressure.tight or tight
        try:
            yield resident.network
        finally:
            pressure.tight = before
            with self._turn:
                with self.books:
                    self.ledger.unlease(owner, extra)
                    self._open -= 1
                if not self._open:
                    self.backend.settle()

    def release_weights(self) -> None:
        """Send every network away that no lease holds."""
        with self._turn:
            for owner, holding in self._snapshot():
                if holding.kind == "weights" and not holding.leases:
                    self._evict(owner)
            self.backend.trim()

    def shed(self) -> int:
        """Let go of everything that no lease holds; gives its bytes."""
        with self._turn:
            before = self.ledger.held
            for owner, holding in self._snapshot():
                if not holding.leases:
                    self._evict(owner)
            self.backend.trim()
            return before - self.ledger.held

    def fit_outputs(self) -> None:
        """Let cached outputs go until the budget is kept; weights never give way to them."""
        with self.books:
            surplus = self.ledger.surplus_outputs()
        for owner in surplus:
            self._evict(owner)

    def evictable(self) -> int:
        """Bytes that no lease holds."""
        return sum(holding.size for _, holding in self._snapshot() if not holding.leases)

    def residents(self) -> dict[str, Resident]:
        """Every network that is here, by identity."""
        with self.books:
            return dict(self._residents)

    def report(self) -> dict[str, Any]:
        """The place, its budget and who holds what there, most bytes first; small cached outputs only as a sum."""
        with self.books:
            known = list(self.ledger.holdings().items())
            residents, nodes = dict(self._residents), dict(self.output_nodes)
            held, working, peak = self.ledger.held, self.ledger.working, self.ledger.peak
        weights = [
            _weights_told(residents[owner.identity], holding)
            for owner, holding in known
            if isinstance(owner, Weights) and owner.identity in residents
        ]
        outputs = sorted((pair for pair in known if isinstance(pair[0], bytes)), key=lambda pair: -pair[1].size)
        shown = [
            _output_told(nodes.get(owner, ""), h) for owner, h in outputs[:OUTPUTS_TOLD] if isinstance(owner, bytes)
        ]
        others = outputs[OUTPUTS_TOLD:]
        described = self.backend.describe()
        return {
            "device": described["device"],
            "total": described["total"],
            "free": described["free"],
            "budget": self.ledger.budget,
            "held": held,
            "working": working,
            "peak": peak,
            "holders": sorted([*weights, *shown], key=lambda holder: -holder["bytes"]),
            "other_outputs": {"count": len(others), "bytes": sum(holding.size for _, holding in others)},
        }

    def _bring_in(
        self, handle: Handle, owner: Weights, working: int, least: int, dtype: Any | None, pressure: Pressure
    ) -> tuple[Resident, int, bool]:
        """The network, placed; the bytes the lease takes besides it; and whether they are the least ones."""
        resident = self._residents.get(handle.identity)
        holding = self.ledger.holding(owner)
        if resident is not None and holding is not None and holding.leases:
            return self._join(resident, owner, working, least, pressure)
        if resident is not None and resident.dtype != dtype:
            self._evict(owner)
            resident = None
        handle = resident.handle if resident else handle
        footprint = self.backend.footprint(handle, dtype)
        most = lesser(self._most, pressure.most_residency)
        placement = choose_placement(footprint, working=working, least=least, available=self._available(), most=most)
        if placement is None:
            pressure.refused = True
            raise self._does_not_fit(footprint.pinned + footprint.buffer + least)
        pressure.leased.add(placement.residency)
        held = self.ledger.holding(owner)
        self._make_room(placement.need - (held.size if held else 0), keep=owner)
        if resident is None or resident.placement.resident != placement.resident:
            resident = self._settle_in(handle, owner, dtype, placement, footprint)
        resident.placement = placement
        return resident, placement.working + placement.buffer, placement.tight

    def _join(
        self, resident: Resident, owner: Weights, working: int, least: int, pressure: Pressure
    ) -> tuple[Resident, int, bool]:
        """One more lease of a network that is leased already: it stays as it is."""
        pressure.leased.add(resident.placement.residency)
        for wish, tight in ((working, False), (least, True)):
            if self.ledger.victims(wish, keep=owner) is not None:
                self._make_room(wish, keep=owner)
                return resident, wish, tight
        pressure.refused = True
        raise self._does_not_fit(least)

    def _settle_in(
        self, handle: Handle, owner: Weights, dtype: Any | None, placement: Placement, footprint: Footprint
    ) -> Resident:
        known = self._residents.pop(handle.identity, None)
        with self.books:
            self.ledger.drop(owner)
        started = time.perf_counter()
        try:
            network = self.backend.place(handle, dtype, placement.resident)
        except OutOfDeviceMemory:
            # The device holds more than the ledger knows of; with everything else gone it may still do.
            self.shed()
            try:
                network = self.backend.place(handle, dtype, placement.resident)
            except OutOfDeviceMemory as error:
                raise self._does_not_fit(placement.need) from error
        seconds = time.perf_counter() - started
        resident = Resident(handle, network, dtype, placement, footprint.full, known.nodes if known else [])
        with self.books:
            self._residents[handle.identity] = resident
            self.ledger.hold(owner, "weights", placement.resident, seconds)
        log.debug("%s is %s after %.2f s", handle.identity, placement.residency, seconds)
        return resident

    def _available(self) -> int:
        """What the ledger could give, or what the device could when other programs hold some of it."""
        counted = self.ledger.available()
        free = self.backend.free_bytes()
        return counted if free is None else min(counted, free + self.evictable())

    def _make_room(self, need: int, keep: Hashable) -> None:
        with self.books:
            victims = self.ledger.victims(need, keep)
        if victims is None:
            raise self._does_not_fit(need)
        for owner in victims:
            with self.books:
                self.ledger.note_evicted(owner)
            self._evict(owner)
        if victims:
            self.backend.trim()

    def _evict(self, owner: Hashable) -> None:
        if isinstance(owner, Weights):
            resident = self._residents.pop(owner.identity, None)
            if resident is not None:
                self.backend.release(resident.handle)
        elif isinstance(owner, bytes) and self.outputs is not None:
            # Without holding the books: the store has a lock of its own and calls back.
            self.outputs.discard(owner)
        with self.books:
            self.ledger.drop(owner)

    def _snapshot(self) -> list[tuple[Hashable, Holding]]:
        with self.books:
            return list(self.ledger.holdings().items())

    def _does_not_fit(self, need: int) -> ProblemError:
        available = max(min(self._available(), self.ledger.available()), 0)
        return ProblemError([problem("memory.does_not_fit", needed=readable(need), available=readable(available))])


def readable(size: int) -> str:
    """A number of bytes for people: ``1.5 GiB``, ``200 MiB``."""
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"


def _weights_told(resident: Resident, holding: Holding) -> dict[str, Any]:
    file, _, part = resident.handle.identity.partition("#")
    name = PurePath(file.rsplit(":", 2)[0]).name or file
    return {
        "kind": "weights",
        "name": f"{name}, {part}" if part else name,
        "nodes": list(resident.nodes),
        "bytes": holding.size,
        "full_bytes": resident.full,
        "residency": resident.placement.residency,
        "in_use": holding.leases > 0,
        "reload_seconds": round(holding.seconds, 3),
    }


def _output_told(node: str, holding: Holding) -> dict[str, Any]:
    return {
        "kind": "output",
        "name": "",
        "nodes": [node] if node else [],
        "bytes": holding.size,
        "full_bytes": holding.size,
        "residency": None,
        "in_use": holding.leases > 0,
        "reload_seconds": round(holding.seconds, 3),
    }
