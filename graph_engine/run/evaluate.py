"""The evaluator: from a graph to events, computing only what the outputs need.

A suspending scheduler in the words of "Build Systems à la Carte" (Mokhov, Mitchell, Peyton Jones, 2018), turned inside
out so that nothing recurses: order, then keys, then what the cache cannot answer, then calls.
"""

import time
<<<<<<< HEAD
=======
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any
>>>>>>> main

from graph_engine.cache.key import KeyMaker
from graph_engine.plan.face import Faces
from graph_engine.run.cancellation import CancelToken, current_token
<<<<<<< HEAD
from graph_engine.run.evaluation import Evaluation
from graph_engine.run.events import JobFinished, Outcome
from graph_engine.run.executor import RunRequest
from graph_engine.run.failure import problems_of
from graph_engine.run.kept import KeptObjects, workflow_of
from graph_engine.run.surroundings import Surroundings
from graph_engine.run.telling import Emit, Teller
from graph_engine.run.why import Traces
from graph_engine.spec.context import Cancelled
=======
from graph_engine.run.events import (
    Event,
    JobFinished,
    JobStarted,
    NodeFailed,
    NodeFinished,
    NodeNotice,
    NodePreview,
    NodeProgress,
    NodesCached,
    NodeStarted,
    Outcome,
)
from graph_engine.run.executor import RunRequest
from graph_engine.run.failure import details_of, problems_of, wrong_result
from graph_engine.run.relief import ServingMemory, call_with_relief
from graph_engine.spec.context import Cancelled, NodeContext, NodeFiles, Preview
from graph_engine.spec.declaration import NodeType
from graph_engine.spec.registry import Registry
from graph_engine.spec.result import NodeResult
from graph_engine.validate.problem import Problem
>>>>>>> main
from graph_engine.validate.validate import validate

<<<<<<< HEAD
__all__ = ["Emit", "Evaluator", "Surroundings"]
=======
Emit = Callable[[Event], None]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What an evaluator works with; built by a composition root.

    ``ui_still_there`` answers whether the files that a cached result shows exist. ``around_job`` gives a context that
    every job runs in, such as torch's inference mode.
    """

    registry: Registry
    store: MemoryStore
    files: NodeFiles
    memory: ServingMemory
    file_lookup: FileLookup | None
    file_state: FileState
    ui_still_there: Callable[[Mapping[str, Sequence[Any]]], bool]
    around_job: Callable[[], AbstractContextManager[Any]] = nullcontext
>>>>>>> main


class Evaluator:
    """Evaluates graphs, one after another; the calling thread is the device lane."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._catalogue = surroundings.registry.catalogue()
        self._faces = Faces(surroundings.registry.types)
        self._key_maker = KeyMaker(surroundings.registry.types, surroundings.file_state)
        self._kept = KeptObjects()
        self._traces = Traces()

    def run(self, request: RunRequest, emit: Emit, token: CancelToken | None = None) -> Outcome:
        """Evaluate ``request`` and tell ``emit`` everything; the last event is ``JobFinished``. Raises nothing.

        ``emit`` is called from several threads, but never by two at a time.
        """
        started = time.perf_counter()
        token = token or CancelToken()
        teller = Teller(emit)
        reset = current_token.set(token)
        outcome: Outcome
        try:
            self._evaluate(request, teller, token)
            outcome = "failed" if teller.problems else "succeeded"
        except Cancelled:
            outcome = "cancelled"
        except Exception as error:  # a fault of the engine or its surroundings must still end the stream
            teller.problems.extend(problems_of(error, None))
            outcome = "failed"
        finally:
            current_token.reset(reset)
        seconds = time.perf_counter() - started
        teller.emit(JobFinished(outcome=outcome, problems=tuple(teller.problems), seconds=seconds))
        return outcome

<<<<<<< HEAD
    def _evaluate(self, request: RunRequest, teller: Teller, token: CancelToken) -> None:
        surroundings = self._surroundings
        checked = validate(request.graph, self._catalogue, targets=request.targets, files=surroundings.file_lookup)
        teller.problems.extend(checked.errors)
        workflow = workflow_of(request.metadata)
        kept = self._kept.begin_job(workflow, checked.graph)
        evaluation = Evaluation(surroundings, self._faces, self._key_maker, request, teller, token)
        with surroundings.around_job():
            trace = evaluation.run(checked.graph, checked.runnable, kept, self._traces.before(workflow))
        self._traces.remember(workflow, trace)
=======

@dataclass
class _Job:
    """The state of one evaluation."""

    surroundings: Surroundings
    request: RunRequest
    emit: Emit
    token: CancelToken
    problems: list[Problem] = field(default_factory=list[Problem])
    values: dict[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    users: dict[str, int] = field(default_factory=dict[str, int])
    failed: set[str] = field(default_factory=set[str])

    def run(self, graph: Graph, roots: Sequence[str], key_maker: KeyMaker) -> None:
        """Evaluate ``roots``. Raises Cancelled."""
        order = run_order(graph, roots)
        keys = key_maker.keys(graph, order)
        self.surroundings.store.begin_job(keys.values())
        self.emit(JobStarted(nodes=order))
        to_run = self._demand(graph, order, roots, keys)
        self.emit(NodesCached(nodes=[node_id for node_id in order if node_id not in to_run]))
        for node_id in roots:
            if node_id not in to_run:
                self._tell_again(node_id, keys[node_id])
        self._count_users(graph, to_run)
        for node_id in order:
            if node_id in to_run:
                self.token.check()
                self._run_node(graph.nodes[node_id], keys.get(node_id))

    def _demand(self, graph: Graph, order: Sequence[str], roots: Sequence[str], keys: Mapping[str, bytes]) -> set[str]:
        """The nodes to call: walking down from the outputs, stop where the cache has the answer."""
        store = self.surroundings.store
        wanted = set(roots)
        asked_for_ui = set(roots)
        to_run: set[str] = set()
        for node_id in reversed(order):
            if node_id not in wanted:
                continue
            key = keys.get(node_id)
            entry = None if key is None else store.get(key)
            if entry is not None and (
                not entry.ui or node_id not in asked_for_ui or self.surroundings.ui_still_there(entry.ui)
            ):
                self.values[node_id] = entry.values
                continue
            to_run.add(node_id)
            wanted.update(value.source for value in graph.nodes[node_id].inputs.values() if isinstance(value, Link))
        return to_run

    def _tell_again(self, node_id: str, key: bytes) -> None:
        entry = self.surroundings.store.get(key)
        if entry is not None and (entry.ui or not entry.values):
            self.emit(NodeFinished(node=node_id, ui=entry.ui, cached=True))

    def _count_users(self, graph: Graph, to_run: set[str]) -> None:
        users = self.users
        for node_id in to_run:
            for value in graph.nodes[node_id].inputs.values():
                if isinstance(value, Link):
                    users[value.source] = users.get(value.source, 0) + 1

    def _run_node(self, node: GraphNode, key: bytes | None) -> None:
        inputs, sound = self._take_inputs(node)
        if not sound:
            self.failed.add(node.id)
            return
        kind = self.surroundings.registry.types[node.type]
        if kind.context is not None:
            inputs[kind.context] = self._context(node.id)
        self.emit(NodeStarted(node=node.id))
        started = time.perf_counter()
        try:
            with self.surroundings.memory.serving(node.id):
                result = call_with_relief(
                    partial(kind.function, **inputs),
                    self.surroundings.memory,
                    lambda notice: self.emit(NodeNotice(node=node.id, problem=notice)),
                )
            if inspect.iscoroutine(result):
                result = asyncio.run(result)
            entry = _entry(node.id, kind, result)
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:
            self._fail(node.id, error)
            return
        del inputs, result
        if self.users.get(node.id):
            self.values[node.id] = entry.values
        if key is not None:
            with self.surroundings.memory.serving(node.id):
                self.surroundings.store.put(key, entry)
        self.emit(NodeFinished(node=node.id, ui=entry.ui, seconds=time.perf_counter() - started))

    def _take_inputs(self, node: GraphNode) -> tuple[dict[str, Any], bool]:
        """The arguments for a call, and whether all sources have delivered; a source's last user lets it go."""
        inputs: dict[str, Any] = {}
        sound = True
        for name, value in node.inputs.items():
            if not isinstance(value, Link):
                inputs[name] = value
                continue
            source = value.source
            if source in self.failed:
                sound = False
            else:
                inputs[name] = self.values[source][value.slot]
            self.users[source] -= 1
            if not self.users[source]:
                self.values.pop(source, None)
        return inputs, sound

    def _fail(self, node_id: str, error: BaseException) -> None:
        found = problems_of(error, node_id)
        self.failed.add(node_id)
        self.problems.extend(found)
        self.emit(NodeFailed(node=node_id, problem=found[0], details=details_of(error)))

    def _context(self, node_id: str) -> NodeContext:
        emit = self.emit

        def report(value: int, total: int, preview: Preview | None) -> None:
            emit(NodeProgress(node=node_id, value=value, total=total))
            if preview is not None:
                emit(
                    NodePreview(
                        node=node_id, media_type=preview.media_type, data=preview.data, value=value, total=total
                    )
                )

        return NodeContext(
            node_id=node_id,
            job_id=self.request.job_id,
            files=self.surroundings.files,
            memory=self.surroundings.memory,
            report=report,
            cancelled=lambda: self.token.is_set,
            metadata=self.request.metadata,
        )


def _entry(node_id: str, kind: NodeType, result: Any) -> CachedOutput:
    """A node's return value as values and ui. Raises ProblemError when it is not what the spec states."""
    expected = len(kind.spec.outputs)
    ui: Mapping[str, Sequence[Any]] = {}
    if isinstance(result, NodeResult):
        values, ui = result.values, result.ui
    elif expected == 1:
        values = (result,)
    elif expected == 0 and result is None:
        values = ()
    else:
        values = result
    if not isinstance(values, tuple) or len(values) != expected:  # pyright: ignore[reportUnknownArgumentType]
        raise wrong_result(node_id, expected, result)
    return CachedOutput(values, ui)
>>>>>>> main
