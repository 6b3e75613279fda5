"""The engine as a library: run a graph in a script or a notebook, without a server.

See docs/developing/use-as-a-library.md.
"""

import tempfile
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from graph_engine.cache.policy import BY_BUDGET, CachePolicy
from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.memory.none import NoDeviceMemory
from graph_engine.run.build import build_surroundings
from graph_engine.run.cancellation import CancelToken
from graph_engine.run.events import Event, JobFinished, NodeFinished, Outcome
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from graph_engine.spec.context import NodeContext
from graph_engine.spec.declaration import NodeType
from graph_engine.spec.node import InputSpec, NodeSpec
from graph_engine.spec.registry import Registry
from graph_engine.spec.result import NodeResult
from graph_engine.validate.problem import Problem, ProblemError

__all__ = ["Engine", "Run", "SubmittedGraph"]

_TAKER, _SUFFIX, _SLOTS = "graph_engine.Value", " values", 32

SubmittedGraph = Graph | Mapping[str, Any]
"""A graph, or its run form: ``{"id": {"class_type", "inputs"}}``."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What came of a run. ``values`` are those of the nodes asked for, ``shown`` what output nodes show."""

    outcome: Outcome
    values: Mapping[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    shown: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict[str, Mapping[str, Sequence[Any]]])
    problems: Sequence[Problem] = ()

    def __getitem__(self, node_id: str) -> Any:
        """The value of a node asked for; a tuple where it has several outputs. Raises KeyError."""
        values = self.values[node_id]
        return values[0] if len(values) == 1 else values


class Engine:
    """Runs graphs of the given nodes in this process, in the calling thread, with a cache that lasts as long as it.

    ``nodes`` is a registry, a package whose modules declare nodes, or functions declared with ``@node``. ``folder`` is
    where nodes find and put files (by default a temporary one). ``memory`` is for nodes that run networks: see
    :func:`graph_engine.memory.torch_backend.device_memory`.
    """

    def __init__(
        self,
        nodes: Registry | ModuleType | Iterable[Callable[..., Any]],
        *,
        folder: Path | str | None = None,
        models: Sequence[Path | str] = (),
        memory: Any = None,
        cache: CachePolicy = BY_BUDGET,
    ) -> None:
        if isinstance(nodes, ModuleType):
            nodes = Registry.collect(nodes)
        elif not isinstance(nodes, Registry):
            nodes = Registry.of(nodes)
        self._temporary = tempfile.TemporaryDirectory(prefix="graph-engine-") if folder is None else None
        home = Path(self._temporary.name if self._temporary is not None else str(folder))
        folders = Folders(home, tuple(Path(item) for item in models) or (home / "models",))
        folders.create()
        self._taken: dict[str, tuple[Any, ...]] = {}
        registry = nodes.joined(Registry.of_types([_taker(self._taken)]))
        around = {"around_job": memory.around_job, "account": memory.output_account} if memory is not None else {}
        surroundings = build_surroundings(registry, folders, memory or NoDeviceMemory(), policy=cache, **around)
        if memory is not None:
            memory.outputs = surroundings.store
        self._registry = registry
        self._runner = InProcessRunner(surroundings)

    def run(
        self,
        graph: SubmittedGraph,
        *,
        values_of: Sequence[str] = (),
        watch: Callable[[Event], None] | None = None,
        token: CancelToken | None = None,
    ) -> Run:
        """Evaluate the graph's output nodes and those in ``values_of``; ``watch`` sees every event.

        Raises ProblemError for a graph that cannot be read, KeyError for a node that it lacks; what goes wrong later is
        in the result.
        """
        if not isinstance(graph, Graph):
            graph, unread = graph_from_json(graph)
            if unread:
                raise ProblemError(unread)
        nodes, targets = dict(graph.nodes), self._outputs(graph)
        for node_id in values_of:
            taker = self._taker_of(graph, node_id)
            nodes[taker.id] = taker
            targets.append(taker.id)
        shown: dict[str, Mapping[str, Sequence[Any]]] = {}
        problems: list[Problem] = []

        def emit(event: Event) -> None:
            if isinstance(event, NodeFinished) and event.ui:
                shown[event.place.display if event.place else event.node] = event.ui
            elif isinstance(event, JobFinished):
                problems.extend(event.problems)
            if watch is not None:
                watch(event)

        self._taken.clear()
        request = RunRequest(job_id=uuid.uuid4().hex, graph=Graph(nodes), targets=targets)
        outcome = self._runner.run(request, emit, token)
        return Run(outcome=outcome, values=dict(self._taken), shown=shown, problems=problems)

    def _outputs(self, graph: Graph) -> list[str]:
        types = self._registry.types
        return [name for name, item in graph.nodes.items() if item.type in types and types[item.type].spec.is_output]

    def _taker_of(self, graph: Graph, node_id: str) -> GraphNode:
        item = graph.nodes.get(node_id)
        kind = self._registry.get(item.type) if item is not None else None
        if kind is None:
            raise KeyError(f"There is no node {node_id} of a known type in the graph.")
        slots = range(min(len(kind.spec.outputs), _SLOTS))
        return GraphNode(f"{node_id}{_SUFFIX}", _TAKER, {f"v{slot}": Link(node_id, slot) for slot in slots})


def _taker(taken: dict[str, tuple[Any, ...]]) -> NodeType:
    """A node that hands the values it is wired to out of the graph."""

    def take(ctx: NodeContext, **values: list[Any]) -> NodeResult:
        whole = tuple(items[0] if len(items) == 1 else items for items in values.values())
        taken[ctx.node_id.removesuffix(_SUFFIX)] = whole
        return NodeResult()

    spec = NodeSpec(
        id=_TAKER,
        title="Value",
        category="library",
        inputs=tuple(InputSpec(name=f"v{slot}", type="*", required=False) for slot in range(_SLOTS)),
        is_output=True,
        cacheable=False,
        list_inputs=True,
    )
    return NodeType(spec=spec, function=take, context="ctx")
