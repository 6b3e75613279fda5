"""Running a node's sub-graphs in its place: one of them for a result that expands, one a round for a generator."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from graph_engine.cache.key import Expanded, KeyMaker
from graph_engine.document.graph import Graph, Link
from graph_engine.plan.agenda import Agenda, Scope, State, Step
from graph_engine.plan.face import Faces
from graph_engine.plan.listing import Many
from graph_engine.plan.order import run_order
from graph_engine.plan.running_graph import GrowingGraph
from graph_engine.run.made import Made, Ui, links_in, made_of, resolved
from graph_engine.spec.result import Round
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError


class SourceFailed(Exception):  # noqa: N818 - an answer; the failure was told where it happened
    """Something that an expansion waits for has failed."""


@dataclass
class Row:
    """One call of an expanding node. ``awaited`` are the wires whose values it waits for, None when for nothing."""

    made: Made
    awaited: list[Link] | None = None
    begun: bool = False


@dataclass
class Expansion:
    """All calls of an expanding node. ``held`` are the sources whose values must stay until the next round is in."""

    rows: list[Row]
    shown: list[Ui] = field(default_factory=list[Ui])
    tainted: bool = False
    held: list[Step] = field(default_factory=list[Step])

    def close(self) -> None:
        """End the generators, whatever they are at."""
        for row in self.rows:
            if row.made.rounds is not None:
                row.made.rounds.close()


class Expander:
    """Takes expansions into a job's graph, keys and agenda, and drives them on."""

    def __init__(
        self,
        faces: Faces,
        key_maker: KeyMaker,
        graph: GrowingGraph,
        keys: dict[str, bytes],
        agenda: Agenda,
        lock: AbstractContextManager[Any],
    ) -> None:
        self._lock = lock
        self._faces = faces
        self._key_maker = key_maker
        self._graph = graph
        self._keys = keys
        self._agenda = agenda

    def advance(self, step: Step, row: Row, call: Callable[[Callable[[], Any]], Any]) -> list[Step]:
        """Drive one call on: to its next wait or to its end (``row.awaited`` is None). Gives the new output steps.

        ``call`` runs the node's own code; the lock is not held then. Raises SourceFailed, ProblemError, and what the
        node raises.
        """
        values: list[Any] | None = None
        if row.awaited is not None:
            with self._lock:
                values = [self._value(link) for link in row.awaited]
            row.awaited = None
        if (rounds := row.made.rounds) is not None:
            sent = None if not row.begun else tuple(list(v) if type(v) is Many else v for v in values or ())
            row.begun = True
            try:
                told: Any = call(lambda: rounds.send(sent))  # pyright: ignore[reportArgumentType]
            except StopIteration as stop:
                row.made = made_of(step.id, step.face, stop.value)
                values = None
            else:
                if type(told) is not Round:
                    raise TypeError(f"A node that is a generator yields a Round, not a {type(told).__name__}.")
                row.awaited = [link for link in told.links if type(link) is Link]
                if len(row.awaited) != len(told.links):
                    raise TypeError("The links of a Round are Links.")
                return self._enter(step, told.graph)
        if (graph := row.made.expand) is not None:
            row.made = Made(row.made.values, row.made.ui)
            row.awaited = links_in(row.made)
            return self._enter(step, graph)
        if values is not None:
            row.made = resolved(row.made, values)
        return []

    def wait(self, step: Step, links: Iterable[Link], outputs: Sequence[Step]) -> tuple[list[Step], list[str]]:
        """Let ``step`` wait for these. Gives the steps to hold, and ids of those that had an answer already."""
        wanted = [*links, *(Link(output.id, 0) for output in outputs)]
        answered = self._agenda.wait_for(step, wanted)
        return [self._agenda.step(link.source) for link in wanted], answered

    def _value(self, link: Link) -> Any:
        source = self._agenda.step(link.source)
        if source.state is State.FAILED:
            raise SourceFailed
        return source.values[link.slot]

    def _enter(self, step: Step, graph: Graph) -> list[Step]:
        with self._lock:
            return self._entered(step, graph)

    def _entered(self, step: Step, graph: Graph) -> list[Step]:
        self._check(step, graph)
        for node in graph.nodes.values():
            for value in node.inputs.values():
                if type(value) is Link and value.source not in graph.nodes:
                    self._key_stray(value.source)
        order = run_order(graph, graph.nodes)
        self._graph.grow(graph.nodes.values(), step.id)
        self._key_maker.add_keys(graph.nodes, order, self._keys, Expanded(step.id, step.key))
        self._agenda.enter(graph.nodes, Scope(step))
        return [self._agenda.step(node_id) for node_id in order if self._agenda.step(node_id).face.is_output]

    def _key_stray(self, node_id: str) -> None:
        """A node that no output needed until now has no key yet."""
        if node_id in self._agenda.steps or node_id in self._keys:
            return
        order = run_order(self._graph.graph(), [node_id])
        self._key_maker.add_keys(self._graph.nodes, order, self._keys)

    def _check(self, step: Step, graph: Graph) -> None:
        for node_id, node in graph.nodes.items():
            if node_id in self._graph.nodes:
                raise ProblemError([problem("expansion.id_taken", at=step.id, id=node_id)])
            if not self._faces.knows(node.type):
                raise ProblemError([problem("node.unknown_type", at=step.id, type=node.type)])
            for name, value in node.inputs.items():
                if type(value) is not Link:
                    continue
                source = graph.nodes.get(value.source) or self._graph.node(value.source)
                if source is None or not self._faces.knows(source.type):
                    raise ProblemError([problem("link.unknown_node", at=step.id, input=name, source=value.source)])
                count = self._faces.of(source.type).outputs
                if not 0 <= value.slot < count:
                    told = problem(
                        "link.unknown_output",
                        at=step.id,
                        input=name,
                        slot=value.slot,
                        source=value.source,
                        count=count,
                    )
                    raise ProblemError([told])
