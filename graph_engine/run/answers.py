"""Results that are at hand already: found, told again, kept for later, and why there was none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_engine.cache.stores.memory import CachedOutput
from graph_engine.document.graph import GraphNode, Link
from graph_engine.plan.agenda import State, Step
from graph_engine.plan.running_graph import GrowingGraph
from graph_engine.run.events import NodesCached
from graph_engine.run.surroundings import Surroundings
from graph_engine.run.telling import Teller
from graph_engine.run.why import EXPANDED, Trace, Why


class Answers:
    """The caches as one job uses them. ``before`` is the last job of the same workflow, ``now`` this one."""

    def __init__(
        self, surroundings: Surroundings, graph: GrowingGraph, teller: Teller, before: Trace, now: Trace
    ) -> None:
        self._surroundings = surroundings
        self._store = surroundings.store
        self._graph = graph
        self._teller = teller
        self._before = before
        self._now = now
        self._gone: set[str] = set()
        self.shows: set[str] = set()
        """The nodes that are there for what they show: a cached result of theirs is told again, and must be whole."""

    def of(self, step: Step) -> tuple[Any, ...] | None:
        """The values that ``step`` would make, where some cache has them."""
        key = step.key
        if key is None or step.face.kind.arranges:
            return None
        entry = self._store.get(key)
        if entry is None and (disk := self._surroundings.disk) is not None and step.face.kind.durable:
            entry = disk.get(key)
            if entry is not None:
                self._store.put(key, entry, inner=step.id in self._graph.parents)
        if entry is None:
            return None
        if entry.ui and step.id in self.shows and not self._surroundings.ui_still_there(entry.ui):
            self._gone.add(step.id)
            return None
        return entry.values

    def keep(self, step: Step, entry: CachedOutput, seconds: float) -> None:
        """Keep what ``step`` made in ``seconds``, if it has a key."""
        if step.key is None:
            return
        with self._surroundings.memory.serving(step.id):
            self._store.put(step.key, entry, seconds, inner=step.id in self._graph.parents)
        if self._surroundings.disk is not None and step.face.kind.durable:
            self._surroundings.disk.put(step.key, entry)

    def tell(self, found: Sequence[Step]) -> None:
        """Say that these had an answer, and show again what those among them show that are there for it."""
        if not found:
            return
        self._teller.emit(NodesCached(nodes=[step.id for step in found]))
        self.tell_again(step for step in found if step.id in self.shows)

    def tell_again(self, steps: Iterable[Step]) -> None:
        """Show again what those of ``steps`` show that have an answer."""
        for step in steps:
            if step.state in (State.DONE, State.SPENT) and step.key is not None:
                entry = self._store.get(step.key)
                if entry is not None and (entry.ui or not entry.values):
                    self._teller.finished(step.id, entry.ui, 0.0, cached=True)

    def why(self, step: Step) -> Why:
        """Why ``step`` had no answer."""
        if step.id in self._gone:
            return ("gone",)
        if step.id in self._graph.parents:
            return EXPANDED
        if step.face.kind.arranges:
            return ("arranges",)
        if not step.face.kind.spec.cacheable:
            return ("never_cached",)
        return self._before.why(step.node, self._now)


def untouched(nodes: Mapping[str, GraphNode], order: Sequence[str], steps: Mapping[str, Step]) -> list[str]:
    """The nodes that will not run: those at hand, and what only those need. Lazy branches may yet be asked for."""
    waiting = {node_id for node_id, step in steps.items() if step.state is State.WAITING}
    if all(steps[node_id].settled_needs for node_id in waiting):
        return [node_id for node_id in order if node_id not in waiting]
    at_hand = {node_id for node_id, step in steps.items() if step.state in (State.DONE, State.SPENT)}
    covered: set[str] = set()
    for node_id in reversed(order):
        if node_id in waiting or not (node_id in at_hand or node_id in covered):
            continue
        covered.add(node_id)
        covered.update(value.source for value in nodes[node_id].inputs.values() if type(value) is Link)
    return [node_id for node_id in order if node_id in covered and node_id not in waiting]
