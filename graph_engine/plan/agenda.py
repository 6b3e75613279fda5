"""Which nodes are wanted, which can run now, and whose values are still of use. Pure: it calls no node.

A node is wanted when an output, or a wanted node's eager input, needs it and the cache has no answer. Lazy inputs are
wanted when the node asks; expansions add nodes while the job runs. Nothing recurses, and every wire is looked at a
fixed number of times, so the cost is linear in nodes and wires.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import IntEnum
from typing import Any

from graph_engine.document.graph import GraphNode, Link
from graph_engine.plan.face import Face, Faces


class State(IntEnum):
    """How far a step is. SPENT: it delivered, and its values were let go."""

    IDLE = 0
    SPENT = 1
    WAITING = 2
    EXPANDED = 3
    DONE = 4
    FAILED = 5


class Scope:
    """The submitted graph, or one expansion. While one of its nodes that sees raw wires is unfinished, or one that is
    lazy may still ask, nothing in it is let go: such a node may yet put any of it to use.
    """

    __slots__ = ("key", "parent", "pinned", "pins")

    def __init__(self, parent: "Step | None" = None) -> None:
        self.parent = parent
        self.key: bytes | None = None if parent is None else parent.key
        self.pins = 0
        self.pinned: list[Step] = []


class Step:
    """A node on its way through a job."""

    __slots__ = (
        "asked",
        "dependants",
        "expansion",
        "face",
        "id",
        "key",
        "missing",
        "node",
        "rank",
        "scope",
        "settled_needs",
        "started",
        "state",
        "users",
        "values",
    )

    def __init__(self, node: GraphNode, face: Face, key: bytes | None, rank: tuple[int, int], scope: Scope) -> None:
        self.id = node.id
        self.node = node
        self.face = face
        self.key = key
        self.rank = rank
        self.scope = scope
        self.state = State.IDLE
        self.missing = 0
        self.dependants: list[Step] = []
        self.users = 0
        self.values: tuple[Any, ...] = ()
        self.asked: set[str] | None = None
        self.settled_needs = not face.asks
        self.expansion: Any = None
        self.started = 0.0


Answer = Callable[[Step], tuple[Any, ...] | None]
"""A step's values where they are at hand already."""

_UNRANKED = 1 << 60


class Agenda:
    """The steps of one job. For one thread at a time."""

    def __init__(self, faces: Faces, answer: Answer) -> None:
        self._faces = faces
        self._answer = answer
        self._nodes: Mapping[str, GraphNode] = {}
        self._keys: Mapping[str, bytes] = {}
        self._ranks: Mapping[str, int] = {}
        self._root = Scope()
        self._serial = 0
        self.steps: dict[str, Step] = {}
        self._device: list[tuple[tuple[int, int], Step]] = []
        self._beside: list[tuple[tuple[int, int], Step]] = []

    def set_graph(self, nodes: Mapping[str, GraphNode], keys: Mapping[str, bytes], order: Iterable[str]) -> None:
        """The submitted graph. ``nodes`` and ``keys`` may grow; ``order`` ranks what can run at the same time."""
        self._nodes = nodes
        self._keys = keys
        self._ranks = {node_id: index for index, node_id in enumerate(order)}

    def enter(self, node_ids: Iterable[str], scope: Scope) -> None:
        """Take in nodes of an expansion; they are in ``nodes`` and ``keys`` by now."""
        rank = _UNRANKED if scope.parent is None else scope.parent.rank[0]
        for node_id in node_ids:
            self._new_step(node_id, rank, scope)

    def _new_step(self, node_id: str, rank: int, scope: Scope) -> Step:
        node = self._nodes[node_id]
        self._serial += 1
        step = Step(node, self._faces.of(node.type), self._keys.get(node_id), (rank, self._serial), scope)
        self.steps[node_id] = step
        return step

    def step(self, node_id: str) -> Step:
        """The step of a node."""
        step = self.steps.get(node_id)
        if step is None:
            step = self._new_step(node_id, self._ranks.get(node_id, _UNRANKED), self._root)
        return step

    def demand(self, steps: Iterable[Step]) -> list[str]:
        """See to it that these steps deliver. Gives the ids of those newly found to have an answer already."""
        answered: list[str] = []
        waiting = list(steps)
        while waiting:
            step = waiting.pop()
            if step.state > State.SPENT:
                continue
            values = self._answer(step)
            if values is not None:
                step.values = values
                answered.append(step.id)
                self.settle(step, State.DONE)
                continue
            self._wait_for_inputs(step, waiting)
        return answered

    def _wait_for_inputs(self, step: Step, waiting: list[Step]) -> None:
        step.state = State.WAITING
        face = step.face
        if face.raw:
            step.scope.pins += 1
        if not step.settled_needs:
            step.scope.pins += 1
        lazy = face.lazy
        asked = step.asked
        missing = 0
        for name, value in step.node.inputs.items():
            if type(value) is not Link:
                continue
            if lazy and name in lazy and not (asked and name in asked):
                continue
            source = self.steps.get(value.source) or self.step(value.source)
            source.users += 1
            if source.state < State.DONE:
                missing += 1
                source.dependants.append(step)
                waiting.append(source)
        step.missing = missing
        if not missing:
            self._push(step)

    def wait_for(self, step: Step, links: Iterable[Link]) -> list[str]:
        """Let a step that is under way wait for further values. Gives what :meth:`demand` gives."""
        sources: list[Step] = []
        for link in links:
            source = self.step(link.source)
            source.users += 1
            sources.append(source)
        # One that is never zero before all are counted, so that it becomes ready once.
        step.missing += 1
        for source in sources:
            if source.state < State.DONE:
                step.missing += 1
                source.dependants.append(step)
        answered = self.demand(sources)
        self._one_less(step)
        return answered

    def ask_for(self, step: Step, names: Collection[str]) -> list[str]:
        """Let a lazy step wait for these inputs of its. Gives what :meth:`demand` gives."""
        links = [value for name, value in step.node.inputs.items() if name in names]
        step.asked = {*(step.asked or ()), *names}
        return self.wait_for(step, links)

    def settle_needs(self, step: Step) -> None:
        """A lazy step asks no more."""
        step.settled_needs = True
        self._unpin(step.scope)

    def settle(self, step: Step, state: State) -> None:
        """A step is DONE or FAILED: whoever waits for it comes nearer to running."""
        was_running = step.state > State.SPENT
        step.state = state
        dependants = step.dependants
        if dependants:
            step.dependants = []
            for user in dependants:
                self._one_less(user)
        if not step.users:
            self._let_go(step)
        if was_running and step.face.raw:
            self._unpin(step.scope)

    def _one_less(self, step: Step) -> None:
        step.missing -= 1
        if not step.missing:
            self._push(step)

    def _push(self, step: Step) -> None:
        lane = step.face.lane
        # Questions to a lazy node, and the rounds of an expansion, are asked on the device lane, whatever the node's.
        beside = lane != "device" and step.settled_needs and step.state is not State.EXPANDED
        heapq.heappush(self._beside if beside else self._device, (step.rank, step))

    def pop(self) -> Step | None:
        """The next step for the device lane, or None."""
        return heapq.heappop(self._device)[1] if self._device else None

    def pop_beside(self) -> Step | None:
        """The next step for the other lanes, or None."""
        return heapq.heappop(self._beside)[1] if self._beside else None

    def release(self, source: Step) -> None:
        """One user of ``source`` has taken what it needs; after the last, its values are let go."""
        source.users -= 1
        if not source.users:
            self._let_go(source)

    def _let_go(self, step: Step) -> None:
        if step.state is not State.DONE:
            return
        if step.scope.pins:
            step.scope.pinned.append(step)
            return
        step.values = ()
        step.state = State.SPENT

    def _unpin(self, scope: Scope) -> None:
        scope.pins -= 1
        if not scope.pins:
            pinned, scope.pinned = scope.pinned, []
            for step in pinned:
                if not step.users:
                    self._let_go(step)

    def stuck(self) -> list[Step]:
        """Steps that wait though nothing runs: an expansion made them wait for each other."""
        return [step for step in self.steps.values() if step.state in (State.WAITING, State.EXPANDED)]
