"""Where graphs are evaluated, as the server sees it: in this process, in a worker process, or on a farm."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from graph_engine.document.graph import Graph
from graph_engine.run.events import Event
from graph_engine.spec.node import Catalogue
from graph_engine.validate.problem import Problem

WorkerState = Literal["starting", "ready", "busy", "restarting", "faulty", "stopped"]


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """One job for an executor.

    ``targets`` restricts the roots to these node ids (None: every output node). ``metadata`` is embedded into what
    the job saves: ``{"prompt": run form, "workflow": canvas JSON?, "noiseloom": document?}``.
    """

    job_id: str
    graph: Graph
    targets: Sequence[str] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class ExecutorStatus:
    """What an executor says of itself, for the system page. Memory is in bytes; unknown values are 0 or None."""

    state: WorkerState
    pid: int | None = None
    device: str = ""
    device_memory_total: int = 0
    device_memory_free: int = 0
    device_memory_held: int = 0
    restarts: int = 0
    problem: Problem | None = None
    """Why it is not well, when its state is bad."""
    versions: Mapping[str, str] = field(default_factory=dict[str, str])


class Executor(Protocol):
    """Submit a plan, receive a stream of typed events.

    The stream of :meth:`run` always ends with exactly one ``JobFinished``, also after a cancellation (outcome
    ``cancelled``) and when the process behind it dies (outcome ``lost``, with a problem that says how it died).
    One job runs at a time; the queue is the caller's.
    """

    async def start(self) -> None:
        """Begin to start what is behind the executor; does not wait for it."""
        ...

    def run(self, request: RunRequest) -> AsyncIterator[Event]:
        """Evaluate ``request.graph``; waits for the worker to be ready first."""
        ...

    async def cancel(self, job_id: str) -> bool:
        """Ask a running job to stop. True if it was running here."""
        ...

    async def free(self, *, weights: bool, outputs: bool) -> None:
        """Drop device weights and/or cached outputs that no job is using."""
        ...

    async def memory(self) -> list[dict[str, Any]]:
        """Each place with memory of its own and who holds what there; see MemoryManager.report. Empty: unknown."""
        ...

    async def ask(self, question: str, body: Mapping[str, Any]) -> Any:
        """Ask the worker's nodes or plug-ins; None where nobody knows, or no answer comes in time. Raises nothing."""
        ...

    async def catalogue(self) -> Catalogue:
        """The live node catalogue; waits until the worker has reported it."""
        ...

    def status(self) -> ExecutorStatus:
        """The latest known state, at once."""
        ...

    async def restart(self) -> bool:
        """Start what is behind the executor anew, also where it had given up; False while a job runs there."""
        ...

    async def close(self) -> None:
        """Stop everything behind the executor, within seconds."""
        ...
