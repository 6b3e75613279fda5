"""What nodes lease from: the device, the host beside it, and what both do when memory runs short."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from graph_engine.memory.exhaustion import is_out_of_memory
from graph_engine.memory.lease import Backend
from graph_engine.memory.ledger import Ledger
from graph_engine.memory.place import OutputStore, Place
from graph_engine.memory.pressure import Level, Pressure
from graph_engine.memory.residency import Residency
from graph_engine.memory.system import give_back
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem

NOTICES = {
    Level.EVICTED: "memory.eased_by_evicting",
    Level.PARTIAL: "memory.eased_by_half",
    Level.STREAMED: "memory.eased_by_streaming",
    Level.TILED: "memory.eased_by_tiles",
    Level.SMALL_BATCH: "memory.eased_by_splitting",
    Level.HOST: "memory.eased_by_host",
}


@dataclass(frozen=True)
class _Serving:
    """The node that runs in this context, and what it must do without."""

    node: str
    pressure: list[Pressure]


_serving: ContextVar[_Serving | None] = ContextVar("graph_engine_memory_serving", default=None)


@dataclass(frozen=True)
class OutputAccount:
    """Enters cached outputs into the host's ledger; see :class:`graph_engine.cache.stores.memory.Account`."""

    place: Place

    def hold(self, key: bytes, size: int, seconds: float = 0.0) -> None:
        """``key`` now holds ``size`` bytes, which took ``seconds`` to make."""
        serving = _serving.get()
        with self.place.books:
            self.place.ledger.hold(key, "output", size, seconds)
            if serving is not None:
                self.place.output_nodes[key] = serving.node
        self.place.fit_outputs()

    def drop(self, key: bytes) -> None:
        """``key`` is gone."""
        with self.place.books:
            self.place.ledger.drop(key)
            self.place.output_nodes.pop(key, None)

    def touch(self, key: bytes) -> None:
        """``key`` was used."""
        with self.place.books:
            self.place.ledger.touch(key)


class MemoryManager:
    """Implements :class:`graph_engine.spec.context.NodeMemory`.

    ``device`` and ``host`` each have a ledger; on a CPU they are one. Cached outputs are held by the host. ``outputs``
    is set by the composition root; without it, cached outputs are counted but cannot be evicted. ``to_system`` hands
    what the process no longer uses back to the system: in a process with much in it, that takes a while.
    """

    def __init__(
        self,
        backend: Backend,
        ledger: Ledger,
        *,
        host: tuple[Backend, Ledger] | None = None,
        most: Residency = "full",
        to_system: Callable[[], None] = give_back,
    ) -> None:
        self._device = Place(backend, ledger, most)
        self._host = self._device if host is None else Place(*host)
        self.output_account = OutputAccount(self._host)
        self._idle = Pressure()
        self._to_system = to_system

    @property
    def ledger(self) -> Ledger:
        """The device's account."""
        return self._device.ledger

    @property
    def host_ledger(self) -> Ledger:
        """The host's account; the device's own where the device is the CPU."""
        return self._host.ledger

    @property
    def outputs(self) -> OutputStore | None:
        """Where cached outputs lie."""
        return self._host.outputs

    @outputs.setter
    def outputs(self, store: OutputStore | None) -> None:
        self._host.outputs = store

    @property
    def device(self) -> Any:
        """The torch device that leased networks are on: the CPU for a node that ran out of the device's memory."""
        return self._place.backend.device

    @property
    def pressure(self) -> Pressure:
        """How short memory is for the node that runs."""
        serving = _serving.get()
        return serving.pressure[0] if serving else self._idle

    def around_job(self) -> AbstractContextManager[Any]:
        """The context that every job runs in."""
        return self._device.backend.around_job()

    def lease(
        self, handle: Any, *, working_bytes: int = 0, least_bytes: int | None = None, dtype: Any | None = None
    ) -> AbstractContextManager[Any]:
        """See NodeMemory.lease. Two handles of one identity share one resident network."""
        serving = _serving.get()
        least = working_bytes if least_bytes is None else min(least_bytes, working_bytes)
        return self._place.lease(
            handle,
            working=working_bytes,
            least=least,
            dtype=dtype,
            pressure=self.pressure,
            node=serving.node if serving else "",
        )

    @contextmanager
    def serving(self, node_id: str) -> Generator[None]:
        """What is leased and cached in this context is ``node_id``'s; it starts without pressure."""
        token = _serving.set(_Serving(node_id, [Pressure()]))
        try:
            yield
        finally:
            _serving.reset(token)

    def relieve(self, error: BaseException) -> Problem | None:
        """Memory ran out in the node that runs: take the next step, and say which, for it to run again.

        None when the error is another one, or when there is nothing left to try.
        """
        serving = _serving.get()
        if serving is None or not is_out_of_memory(error):
            return None
        place, pressure = self._place, self.pressure
        level = pressure.next_level(
            can_evict=place.evictable() > 0,
            has_host=self._host is not self._device and pressure.level < Level.HOST,
        )
        if level is None:
            self._to_system()
            place.backend.trim()
            return None
        serving.pressure[0] = pressure.raised_to(level)
        place.shed()
        self._to_system()
        return problem(NOTICES[level], at=serving.node, severity="warning")

    def release_all(self) -> None:
        """Send every network away that no lease holds, and give the memory back."""
        for place in self._places():
            place.release_weights()
        self._to_system()

    def trim(self) -> None:
        """Give back what no owner holds: buffers, and blocks that allocators keep for the next time."""
        for place in self._places():
            place.backend.trim()
        self._to_system()

    def describe(self) -> dict[str, Any]:
        """The device, its versions and its memory, in bytes, for the status page."""
        return {**self._device.backend.describe(), "held": self._device.ledger.held}

    def report(self) -> list[dict[str, Any]]:
        """Every place with its budget and who holds what there, as plain values."""
        return [place.report() for place in self._places()]

    @property
    def _place(self) -> Place:
        return self._host if self.pressure.level >= Level.HOST else self._device

    def _places(self) -> tuple[Place, ...]:
        return (self._device,) if self._host is self._device else (self._device, self._host)
