"""One evaluation: the agenda says what can run, the lanes run it, and events tell.

The calling thread is the device lane: serial, in the order of the plan. Nodes of the other lanes run beside it, and
whichever thread ends a node enters its result, so that nothing waits for the device but what needs it.
"""

import asyncio
import inspect
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from graph_engine.cache.key import KeyMaker
from graph_engine.cache.stores.memory import CachedOutput
from graph_engine.document.graph import Graph, Link
from graph_engine.plan.agenda import Agenda, State, Step
from graph_engine.plan.face import Faces
from graph_engine.plan.listing import Many, block_in, items_of, rows
from graph_engine.plan.order import run_order
from graph_engine.plan.reach import cycles
from graph_engine.plan.running_graph import GrowingGraph
from graph_engine.run.cancellation import CancelToken
from graph_engine.run.events import JobStarted, NodeNotice, NodesCached
from graph_engine.run.executor import RunRequest
from graph_engine.run.expansion import Expander, Expansion, Row, SourceFailed
from graph_engine.run.kept import Kept
from graph_engine.run.lanes import Lanes
from graph_engine.run.made import Made, joined_ui, joined_values, made_of
from graph_engine.run.relief import call_with_relief
from graph_engine.run.surroundings import Surroundings
from graph_engine.run.telling import Teller
from graph_engine.run.why import EXPANDED, Trace, Why
from graph_engine.spec.context import Cancelled, NodeContext
from graph_engine.spec.result import Blocked
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError

Results = list[Any]


class Evaluation:
    """Evaluates one graph, once."""

    def __init__(
        self,
        surroundings: Surroundings,
        faces: Faces,
        key_maker: KeyMaker,
        request: RunRequest,
        teller: Teller,
        token: CancelToken,
    ) -> None:
        self._surroundings = surroundings
        self._store = surroundings.store
        self._faces = faces
        self._key_maker = key_maker
        self._request = request
        self._teller = teller
        self._token = token
        self._agenda = Agenda(faces, self._answer)
        self._lanes = Lanes(surroundings.around_job)
        # Guards the agenda, the graph and the counters. Re-entrant: a listener may cancel from within an event.
        self._news = threading.Condition(threading.RLock())
        self._beside = 0
        self._stopped: BaseException | None = None
        self._gone: set[str] = set()
        self._keys: dict[str, bytes] = {}
        self._shows: set[str] = set()

    def run(self, graph: Graph, roots: Sequence[str], kept: Kept, before: Trace) -> Trace:
        """Evaluate ``roots``. Gives what the next job's ``why`` is judged by. Raises Cancelled."""
        order = run_order(graph, roots)
        self._key_maker.add_keys(graph.nodes, order, self._keys)
        self._teller.fingerprints_failed(self._key_maker.failed())
        self._graph = GrowingGraph(graph)
        self._expander = Expander(self._faces, self._key_maker, self._graph, self._keys, self._agenda, self._news)
        self._teller.graph = self._graph
        self._kept = kept
        self._before = before
        self._now = Trace({node_id: graph.nodes[node_id] for node_id in order}, dict(self._keys))
        self._shows.update(roots)
        self._store.begin_job(self._keys.values())
        self._teller.emit(JobStarted(nodes=order))
        self._agenda.set_graph(self._graph.nodes, self._keys, order)
        self._agenda.demand([self._agenda.step(node_id) for node_id in roots])
        self._teller.emit(NodesCached(nodes=self._untouched(graph, order)))
        for node_id in roots:
            self._tell_again(self._agenda.step(node_id))
        self._token.on_cancel(self._wake)
        try:
            self._work()
        finally:
            self._lanes.close()
        return self._now

    def _untouched(self, graph: Graph, order: Sequence[str]) -> list[str]:
        """The nodes that will not run: those at hand, and what only those need. Lazy branches may yet be asked for."""
        steps = self._agenda.steps
        waiting = {node_id for node_id, step in steps.items() if step.state is State.WAITING}
        if all(steps[node_id].settled_needs for node_id in waiting):
            return [node_id for node_id in order if node_id not in waiting]
        at_hand = {node_id for node_id, step in steps.items() if step.state in (State.DONE, State.SPENT)}
        covered: set[str] = set()
        for node_id in reversed(order):
            if node_id in waiting or not (node_id in at_hand or node_id in covered):
                continue
            covered.add(node_id)
            covered.update(value.source for value in graph.nodes[node_id].inputs.values() if type(value) is Link)
        return [node_id for node_id in order if node_id in covered and node_id not in waiting]

    def _answer(self, step: Step) -> tuple[Any, ...] | None:
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
        if entry.ui and step.id in self._shows and not self._surroundings.ui_still_there(entry.ui):
            self._gone.add(step.id)
            return None
        return entry.values

    def _tell_again(self, step: Step) -> None:
        if step.state in (State.DONE, State.SPENT) and step.key is not None:
            entry = self._store.get(step.key)
            if entry is not None and (entry.ui or not entry.values):
                self._teller.finished(step.id, entry.ui, 0.0, cached=True)

    def _wake(self) -> None:
        with self._news:
            self._news.notify_all()

    def _work(self) -> None:
        """The device lane."""
        while True:
            with self._news:
                while True:
                    self._token.check()
                    if self._stopped is not None:
                        raise self._stopped
                    self._start_beside()
                    step = self._agenda.pop()
                    if step is not None:
                        break
                    if not self._beside:
                        self._look_for_circles()
                        return
                    self._news.wait()
            self._perform(step)

    def _start_beside(self) -> None:
        """Start what is ready on the other lanes. The lock is held."""
        while (step := self._agenda.pop_beside()) is not None:
            if step.face.lane == "async":
                self._perform(step)
            else:
                self._beside += 1
                self._lanes.run_io(lambda step=step: self._perform_beside(step), writes=step.face.is_output)

    def _perform_beside(self, step: Step) -> None:
        error: BaseException | None = None
        try:
            if not self._token.is_set:
                self._perform(step)
        except BaseException as raised:
            error = raised
        self._ended_beside(error)

    def _ended_beside(self, error: BaseException | None = None) -> None:
        with self._news:
            self._beside -= 1
            if error is not None and self._stopped is None:
                self._stopped = error
            if self._stopped is None and not self._token.is_set:
                self._start_beside()
            self._news.notify_all()

    def _perform(self, step: Step) -> None:
        """Whatever ``step`` is at: a lazy node's question, a round of an expansion, or the call. Raises Cancelled."""
        if step.state is State.EXPANDED:
            self._advance(step)
        elif not step.settled_needs and self._asks_for_more(step):
            return
        else:
            self._call(step)

    def _asks_for_more(self, step: Step) -> bool:
        """Ask a lazy node what it still needs; whether its call must wait."""
        with self._news:
            known = self._known(step)
        try:
            wanted = set[str]() if known is None else self._wanted(step, known)
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:
            with self._news:
                self._agenda.settle_needs(step)
                self._take(step)
            self._fail(step, error)
            return True
        with self._news:
            if wanted:
                self._tell_answered(self._agenda.ask_for(step, wanted))
                return True
            self._agenda.settle_needs(step)
            if step.face.lane == "device":
                return False
            self._agenda.wait_for(step, ())  # ready at once, for its own lane
            return True

    def _known(self, step: Step) -> dict[str, Any] | None:
        """The inputs that are there; None when one has failed."""
        known: dict[str, Any] = {}
        face = step.face
        for name, value in step.node.inputs.items():
            if type(value) is not Link:
                known[name] = value
            elif name not in face.lazy or (step.asked and name in step.asked):
                source = self._agenda.step(value.source)
                if source.state is State.FAILED:
                    return None
                known[name] = value if name in face.raw else source.values[value.slot]
        return known

    def _wanted(self, step: Step, known: dict[str, Any]) -> set[str]:
        needs = step.face.kind.needs
        assert needs is not None
        asked: set[str] = set()
        for index, row in enumerate(self._rows(step, known)):
            if block_in(row.values()) is None:
                asked.update(needs(row, self._context(step, index)))
        inputs = step.node.inputs
        lazy = {name for name in asked if name in step.face.lazy and type(inputs.get(name)) is Link}
        return lazy - (step.asked or set())

    def _rows(self, step: Step, inputs: dict[str, Any]) -> list[dict[str, Any]]:
        if step.face.list_inputs:
            return [{name: list(items_of(value)) for name, value in inputs.items()}]
        return rows(inputs)

    def _take(self, step: Step) -> tuple[dict[str, Any], bool, bool]:
        """The arguments for a call, whether every source delivered, and whether lists or blockers are among them.

        A source's last user lets it go. The lock is held.
        """
        inputs: dict[str, Any] = {}
        sound, special = True, False
        face, asked = step.face, step.asked
        for name, value in step.node.inputs.items():
            if type(value) is not Link:
                inputs[name] = value
                continue
            if name in face.lazy and not (asked and name in asked):
                inputs[name] = value if name in face.raw else None
                continue
            source = self._agenda.steps[value.source]
            if source.state is State.FAILED:
                sound = False
            elif name in face.raw:
                inputs[name] = value
            else:
                inputs[name] = item = source.values[value.slot]
                if type(item) is Many or type(item) is Blocked:
                    special = True
            self._agenda.release(source)
        return inputs, sound, special

    def _call(self, step: Step) -> None:
        with self._news:
            inputs, sound, special = self._take(step)
            if not sound:
                self._agenda.settle(step, State.FAILED)
                return
        calls = self._rows(step, inputs) if special or step.face.list_inputs else [inputs]
        blocked = [block_in(row.values()) for row in calls] if special else [None] * len(calls)
        for block in blocked:
            if block is not None and block.message is not None:
                self._teller.failed(step.id, ProblemError([problem("node.blocked", reason=block.message)]))
                break
        if calls and None not in blocked:
            with self._news:
                step.values = (Blocked(),) * step.face.outputs
                self._agenda.settle(step, State.DONE)
            return
        self._teller.started(step.id, self._why(step))
        step.started = time.perf_counter()
        results: Results = []
        try:
            for index, row in enumerate(calls):
                if blocked[index] is not None:
                    results.append(Blocked())
                    continue
                if index:
                    self._token.check()
                results.append(self._invoke(step, row, index))
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:
            _discard_coroutines(results)
            self._fail(step, error, inputs)
            return
        tainted = special and any(blocked)
        del inputs, calls
        if any(map(inspect.iscoroutine, results)):
            self._await(step, results, tainted)
        else:
            self._finish(step, results, tainted)

    def _invoke(self, step: Step, arguments: dict[str, Any], index: int) -> Any:
        """One call of the node's function."""
        context = step.face.kind.context
        if context is not None:
            arguments[context] = self._context(step, index)
        memory = self._surroundings.memory
        with memory.serving(step.id):
            return call_with_relief(
                partial(step.face.function, **arguments),
                memory,
                lambda notice: self._teller.emit(NodeNotice(node=step.id, problem=notice)),
            )

    def _go_on(self, step: Step, call: Callable[[], Any]) -> Any:
        """Let a generator run to its next round. It cannot be asked again, so nothing is retried."""
        with self._surroundings.memory.serving(step.id):
            return call()

    def _await(self, step: Step, results: Results, tainted: bool) -> None:
        with self._news:
            self._beside += 1

        def done(made: Any, error: BaseException | None) -> None:
            fault: BaseException | None = None
            try:
                if error is None:
                    self._finish(step, made, tainted)
                elif isinstance(error, Cancelled) or self._token.is_set:
                    fault = Cancelled()
                elif isinstance(error, asyncio.CancelledError):
                    self._fail(step, RuntimeError("The node's own task was cancelled."))
                else:
                    self._fail(step, error)
            except BaseException as raised:
                fault = raised
            self._ended_beside(fault)

        self._lanes.run_async(_gathered(results), done)

    def _finish(self, step: Step, results: Results, tainted: bool) -> None:
        try:
            made = [made_of(step.id, step.face, result) for result in results]
        except ProblemError as error:
            self._fail(step, error)
            return
        if any(one.expand is not None or one.rounds is not None for one in made):
            step.expansion = Expansion([Row(one) for one in made], [one.ui for one in made], tainted)
            with self._news:
                step.state = State.EXPANDED
                self._agenda.wait_for(step, ())
                self._news.notify_all()
        else:
            self._deliver(step, made, tainted)

    def _advance(self, step: Step) -> None:
        """A round of an expansion: hand over what came, take in what is next, or deliver."""
        expansion: Expansion = step.expansion
        outputs: list[Step] = []
        try:
            for row in expansion.rows:
                outputs += self._expander.advance(step, row, partial(self._go_on, step))
        except Cancelled:
            expansion.close()
            raise
        except (Exception, SystemExit) as error:
            self._give_up(step, error)
            return
        with self._news:
            before = expansion.held
            waits = any(row.awaited is not None for row in expansion.rows)
            if waits:
                self._shows.update(output.id for output in outputs)
                links = [link for row in expansion.rows if row.awaited is not None for link in row.awaited]
                expansion.held, answered = self._expander.wait(step, links, outputs)
                self._tell_answered(answered)
            for source in before:
                self._agenda.release(source)
        if not waits:
            step.expansion = None
            self._deliver(step, [row.made for row in expansion.rows], expansion.tainted)

    def _give_up(self, step: Step, error: BaseException) -> None:
        expansion: Expansion = step.expansion
        step.expansion = None
        expansion.close()
        with self._news:
            for source in expansion.held:
                self._agenda.release(source)
            if isinstance(error, SourceFailed):
                self._agenda.settle(step, State.FAILED)
                return
        self._fail(step, error)

    def _tell_answered(self, answered: list[str]) -> None:
        if not answered:
            return
        self._teller.emit(NodesCached(nodes=answered))
        for node_id in answered:
            if node_id in self._shows:
                self._tell_again(self._agenda.step(node_id))

    def _deliver(self, step: Step, made: Sequence[Made], tainted: bool) -> None:
        try:
            values = joined_values(step.id, step.face, made)
            ui = made[0].ui if len(made) == 1 else joined_ui([one.ui for one in made])
        except ProblemError as error:
            self._fail(step, error)
            return
        seconds = time.perf_counter() - step.started
        if step.key is not None and not tainted:
            with self._surroundings.memory.serving(step.id):
                entry = CachedOutput(values, ui)
                self._store.put(step.key, entry, seconds, inner=step.id in self._graph.parents)
            if self._surroundings.disk is not None and step.face.kind.durable:
                self._surroundings.disk.put(step.key, entry)
        self._teller.finished(step.id, ui, seconds)
        with self._news:
            step.values = values
            self._agenda.settle(step, State.DONE)

    def _fail(self, step: Step, error: BaseException, inputs: dict[str, Any] | None = None) -> None:
        self._teller.failed(step.id, error, inputs)
        with self._news:
            self._agenda.settle(step, State.FAILED)

    def _why(self, step: Step) -> Why:
        if step.id in self._gone:
            return ("gone",)
        if step.id in self._graph.parents:
            return EXPANDED
        if step.face.kind.arranges:
            return ("arranges",)
        if not step.face.kind.spec.cacheable:
            return ("never_cached",)
        return self._before.why(step.node, self._now)

    def _look_for_circles(self) -> None:
        """Nothing runs and nothing can: if steps still wait, an expansion tied them into a circle."""
        stuck = self._agenda.stuck()
        if not stuck:
            return
        rings = cycles(self._graph.graph(), [step.id for step in stuck])
        ring = rings[0] if rings else [step.id for step in stuck[:3]]
        told = problem("graph.cycle", at=self._graph.real_id(ring[0]), path=[*ring, ring[0]])
        self._teller.failed(ring[0], ProblemError([told]))

    def _context(self, step: Step, index: int) -> NodeContext:
        surroundings, node = self._surroundings, step.node
        return NodeContext(
            node_id=node.id,
            job_id=self._request.job_id,
            files=surroundings.files,
            memory=surroundings.memory,
            report=self._teller.reporter(node.id),
            cancelled=self._is_cancelled,
            message=self._teller.messenger(node.id),
            metadata=self._request.metadata,
            call=index,
            running=self._graph,
            kept=self._kept.setdefault((node.id, node.type), {}),
        )

    def _is_cancelled(self) -> bool:
        return self._token.is_set


async def _gathered(results: Results) -> Results:
    """Await what is to be awaited, all at once."""

    async def whole(result: Any) -> Any:
        return await result if inspect.iscoroutine(result) else result

    return list(await asyncio.gather(*map(whole, results)))


def _discard_coroutines(results: Results) -> None:
    for result in results:
        if isinstance(result, Coroutine):
            result.close()
