"""Says what happens in a job, as events, from any of its threads."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph_engine.plan.running_graph import GrowingGraph
from graph_engine.run.events import (
    Event,
    NodeFailed,
    NodeFinished,
    NodeMessage,
    NodeNotice,
    NodePreview,
    NodeProgress,
    NodeStarted,
    Place,
)
from graph_engine.run.failure import details_of, problems_of, told_inputs
from graph_engine.run.why import Why
from graph_engine.spec.context import Preview
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem

Emit = Callable[[Event], None]


class Teller:
    """Tells one job's events, one at a time, and collects its problems."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._lock = threading.RLock()
        self.graph: GrowingGraph | None = None
        self.problems: list[Problem] = []

    def emit(self, event: Event) -> None:
        """Tell an event."""
        with self._lock:
            self._emit(event)

    def started(self, node_id: str, why: Why) -> None:
        """A node's function is about to be called."""
        self.emit(NodeStarted(node=node_id, why=why, place=self._place(node_id)))

    def finished(self, node_id: str, ui: Mapping[str, Sequence[Any]], seconds: float, *, cached: bool = False) -> None:
        """A node is done, or its earlier result is told again."""
        self.emit(NodeFinished(node=node_id, ui=ui, seconds=seconds, cached=cached, place=self._place(node_id)))

    def failed(self, node_id: str, error: BaseException, inputs: Mapping[str, Any] | None = None) -> None:
        """A node raised, given these inputs."""
        found = problems_of(error, node_id)
        with self._lock:
            self.problems.extend(found)
            self._emit(
                NodeFailed(
                    node=node_id,
                    problem=found[0],
                    details=details_of(error),
                    inputs=told_inputs(inputs or {}),
                    place=self._place(node_id),
                )
            )

    def fingerprints_failed(self, errors: Mapping[str, BaseException]) -> None:
        """Nodes could not say whether their surroundings changed, so they run."""
        for node_id, error in errors.items():
            told = problem("node.fingerprint_failed", at=node_id, severity="warning", error=str(error) or repr(error))
            self.emit(NodeNotice(node=node_id, problem=told))

    def messenger(self, node_id: str) -> Callable[[str, Any, str | None], None]:
        """What a node's context tells clients by."""

        def tell(kind: str, data: Any, client: str | None) -> None:
            self.emit(NodeMessage(node=node_id, kind=kind, data=data, client=client))

        return tell

    def reporter(self, node_id: str) -> Callable[[int, int, Preview | None], None]:
        """What a node's context reports progress to."""
        place = self._place(node_id)

        def report(value: int, total: int, preview: Preview | None) -> None:
            self.emit(NodeProgress(node=node_id, value=value, total=total, place=place))
            if preview is not None:
                told = NodePreview(
                    node=node_id,
                    media_type=preview.media_type,
                    data=preview.data,
                    value=value,
                    total=total,
                    place=place,
                )
                self.emit(told)

        return report

    def _place(self, node_id: str) -> Place | None:
        graph = self.graph
        if graph is None or node_id not in graph.parents:
            return None
        return Place(graph.display_id(node_id), graph.parents[node_id], graph.real_id(node_id))
