"""What a running node may ask of its surroundings: progress, cancellation, files, device memory.

A node that declares a parameter of type :class:`NodeContext` receives one; the parameter is not an input.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from graph_engine.document.graph import Graph, GraphNode
from graph_engine.memory.pressure import Pressure
from graph_engine.spec.subgraph import SubGraph

OutputRoot = Literal["output", "temp"]

KeptT = TypeVar("KeptT")


class Cancelled(Exception):  # noqa: N818 - an outcome, not an error
    """The job was asked to stop. Let it pass through; only the evaluator catches it."""


@dataclass(frozen=True)
class Preview:
    """A small encoded picture of where the node is. ``media_type`` is ``image/jpeg`` or ``image/png``."""

    media_type: str
    data: bytes


class ReservedFile(Protocol):
    """A file name that belongs to this node alone. Use it in a ``with`` block: left unwritten, it disappears."""

    @property
    def path(self) -> Path:
        """Where the file will be."""
        ...

    @property
    def ui(self) -> dict[str, str]:
        """``{"filename", "subfolder", "type"}``, as a result's ``ui`` lists it."""
        ...

    def write(self, data: bytes) -> None:
        """Put ``data`` in place as a whole: readers see nothing or everything. Raises OSError (disk full …)."""
        ...

    def __enter__(self) -> "ReservedFile": ...

    def __exit__(self, *error: object) -> None: ...


class NodeFiles(Protocol):
    """The files a node may touch. Names come from users; every one of them passes the path jail."""

    def model(self, kind: str, name: str) -> Path:
        """The model file ``name`` of folder kind ``kind`` (``checkpoints`` …). Raises PathRefused."""
        ...

    def input(self, name: str) -> Path:
        """The input file ``name``; a trailing `` [output]`` or `` [temp]`` picks another root. Raises PathRefused."""
        ...

    def reserve_output(
        self,
        prefix: str,
        suffix: str,
        root: OutputRoot = "output",
        tokens: Mapping[str, str | int] | None = None,
    ) -> ReservedFile:
        """Claim the next free ``<prefix>_00001_<suffix>`` under ``root``; ``suffix`` is ``.png`` and the like.

        ``prefix`` comes from the user: it may hold sub-folders and ``%year% %month% %day% %hour% %minute% %second%``;
        ``tokens`` adds more, usually ``width``, ``height`` and ``batch_num``. Raises PathRefused, OSError.
        """
        ...


class NodeMemory(Protocol):
    """Device memory, shared with every other holder of it."""

    @property
    def device(self) -> Any:
        """The torch device that leased networks are on."""
        ...

    @property
    def pressure(self) -> Pressure:
        """What the running node should do without: ask ``pressure.tiled`` before working out ``working_bytes``, and
        ``pressure.small_batches`` inside the lease. Asking says that the node can."""
        ...

    def lease(
        self, handle: Any, *, working_bytes: int = 0, least_bytes: int | None = None, dtype: Any | None = None
    ) -> AbstractContextManager[Any]:
        """Make ``handle`` ready for the length of a ``with`` block and give its network, ready to call.

        ``handle`` has ``.network`` (an nn.Module on the meta device), ``.source`` (a weight source) and
        ``.identity``. ``working_bytes`` is what the calls need besides the weights; ``least_bytes`` what they need when
        they work on one thing at a time, as ``pressure.small_batches`` then says they should. The whole network is
        resident where it fits; else part of it, and the rest is read as it is used. Raises ProblemError when not even
        that fits: let it pass, the node is called again when something can be done.
        """
        ...


class RunningGraph(Protocol):
    """The job's graph as it is now: what was submitted, and what nodes have expanded to so far."""

    def node(self, node_id: str) -> GraphNode | None:
        """The node called ``node_id``, or None."""
        ...

    def users(self, node_id: str) -> tuple[str, ...]:
        """Ids of the nodes that take something from ``node_id``, each once."""
        ...

    def real_id(self, node_id: str) -> str:
        """The submitted node that ``node_id`` came from; itself if it was submitted."""
        ...

    def parent_id(self, node_id: str) -> str | None:
        """The node whose expansion made ``node_id``; None if it was submitted."""
        ...

    def display_id(self, node_id: str) -> str:
        """The node to show in its stead; itself if it was submitted."""
        ...

    def graph(self) -> Graph:
        """All of it, as a graph."""
        ...


class _NoGraph:
    """A context made outside a job, by a test."""

    def node(self, node_id: str) -> GraphNode | None:
        return None

    def users(self, node_id: str) -> tuple[str, ...]:
        return ()

    def real_id(self, node_id: str) -> str:
        return node_id

    def parent_id(self, node_id: str) -> str | None:
        return None

    def display_id(self, node_id: str) -> str:
        return node_id

    def graph(self) -> Graph:
        return Graph({})


@dataclass(frozen=True, kw_only=True)
class NodeContext:
    """Handed to a node function that asks for it; valid for this one call."""

    node_id: str
    job_id: str
    files: NodeFiles
    memory: NodeMemory
    report: Callable[[int, int, Preview | None], None]
    cancelled: Callable[[], bool]
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What to embed into saved files: ``{"prompt": run form, "workflow"?: …, "noiseloom"?: document}``."""
    message: Callable[[str, Any, str | None], None] = lambda kind, data, client: None
    """Tell clients something of the node's own: a kind, JSON-like data, and to whom; see ``NodeMessage``."""
    call: int = 0
    """Which item this call is for, when the node runs once for each item of a list."""
    running: RunningGraph = field(default_factory=_NoGraph)
    kept: dict[str, Any] = field(default_factory=dict[str, Any])
    """Belongs to this node alone and lasts from job to job of the same workflow; see :meth:`keep`."""
    _graphs: list[int] = field(default_factory=lambda: [0])

    def progress(self, value: int, total: int, preview: Preview | None = None) -> None:
        """Say that ``value`` of ``total`` units are done. Raises :class:`Cancelled` when the job is to stop."""
        self.check_cancelled()
        self.report(value, total, preview)

    def new_graph(self) -> SubGraph:
        """An empty graph to expand to; its ids begin ``<node>.<call>.<graph>.``, so they are new and deterministic."""
        number = self._graphs[0]
        self._graphs[0] = number + 1
        return SubGraph(f"{self.node_id}.{self.call}.{number}.")

    def keep(self, make: Callable[[], KeptT], name: str = "") -> KeptT:
        """The object that this node keeps from job to job; ``make()`` the first time.

        It is dropped when a job of the same workflow no longer has the node, or has another type in its place.
        """
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def check_cancelled(self) -> None:
        """Raise :class:`Cancelled` when the job is to stop. Cheap: call it as often as you like."""
        if self.cancelled():
            raise Cancelled
