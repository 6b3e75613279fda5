"""One evaluation: the agenda says what can run, the lanes run it, and events tell.

The calling thread is the device lane: serial, in the order of the plan. Nodes of the other lanes run beside it, and
whichever thread ends a node enters its result, so that nothing waits for the device but what needs it.
"""

import asyncio
import inspect
import threading
from collections.abc import Sequence
from typing import Any

from graph_engine.cache.key import KeyMaker
from graph_engine.document.graph import Graph
from graph_engine.plan.agenda import Agenda, State, Step
from graph_engine.plan.face import Faces
from graph_engine.plan.reach import cycles
from graph_engine.plan.running_graph import GrowingGraph
from graph_engine.plan.work import stated_work
from graph_engine.run.answers import Answers, untouched
from graph_engine.run.calling import Caller
from graph_engine.run.cancellation import CancelToken
from graph_engine.run.delivery import Delivery, Results
from graph_engine.run.events import JobStarted, NodesCached
from graph_engine.run.executor import RunRequest
from graph_engine.run.expansion import Expander
from graph_engine.run.kept import Kept
from graph_engine.run.lanes import Lanes
from graph_engine.run.surroundings import Surroundings
from graph_engine.run.telling import Teller
from graph_engine.run.under_way import UnderWay
from graph_engine.run.why import Trace
from graph_engine.spec.context import Cancelled
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError


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
        self._faces = faces
        self._key_maker = key_maker
        self._request = request
        self._teller = teller
        self._token = token
        self._lanes = Lanes(surroundings.around_job)
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._beside = 0
        self._stopped: BaseException | None = None

    def plan(self, graph: Graph, roots: Sequence[str], order: Sequence[str], kept: Kept, before: Trace) -> Trace:
        """Find out what must run for ``roots``; ``order`` is an order in which all that they need can. Gives what the
        next job's ``why`` is judged by.
        """
        surroundings, teller, faces = self._surroundings, self._teller, self._faces
        keys: dict[str, bytes] = {}
        self._key_maker.add_keys(graph.nodes, order, keys)
        teller.fingerprints_failed(self._key_maker.failed())
        now = Trace({node_id: graph.nodes[node_id] for node_id in order}, dict(keys))
        growing = teller.graph = GrowingGraph(graph)
        answers = Answers(surroundings, growing, teller, before, now)
        answers.shows.update(roots)
        agenda = Agenda(faces, answers.of)
        self._job = UnderWay(
            surroundings, self._request, teller, self._token, growing, answers, agenda, kept, self._lock
        )
        self._delivery = Delivery(self._job, Expander(faces, self._key_maker, growing, keys, agenda, self._lock))
        self._caller = Caller(self._job, self._delivery)
        surroundings.store.begin_job(keys.values())
        teller.emit(JobStarted(nodes=list(order), work=stated_work(graph, order)))
        agenda.set_graph(growing.nodes, keys, order)
        shown = [agenda.step(node_id) for node_id in roots]
        agenda.demand(shown)
        teller.emit(NodesCached(nodes=untouched(graph.nodes, order, agenda.steps)))
        answers.tell_again(shown)
        return now

    def run(self) -> None:
        """Run what was planned. Raises Cancelled."""
        self._token.on_cancel(self._wake)
        try:
            self._work()
        finally:
            self._lanes.close()
            # The token would hold the whole plan as long as it is held itself.
            self._token.no_longer(self._wake)

    def _wake(self) -> None:
        with self._news:
            self._news.notify_all()

    def _work(self) -> None:
        """The device lane."""
        agenda = self._job.agenda
        while True:
            with self._lock:
                while True:
                    self._token.check()
                    if self._stopped is not None:
                        raise self._stopped
                    self._start_beside()
                    step = agenda.pop()
                    if step is not None:
                        break
                    if not self._beside:
                        self._look_for_circles()
                        return
                    self._news.wait()
            self._perform(step)

    def _start_beside(self) -> None:
        """Start what is ready on the other lanes. The lock is held."""
        while (step := self._job.agenda.pop_beside()) is not None:
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
        with self._lock:
            self._beside -= 1
            if error is not None and self._stopped is None:
                self._stopped = error
            if self._stopped is None and not self._token.is_set:
                self._start_beside()
            self._news.notify_all()

    def _perform(self, step: Step) -> None:
        """Whatever ``step`` is at: a lazy node's question, a round of an expansion, or the call. Raises Cancelled."""
        if step.state is State.EXPANDED:
            self._delivery.advance(step)
        elif step.settled_needs or not self._caller.asks_for_more(step):
            self._caller.call(step, self._have_awaited)

    def _have_awaited(self, step: Step, results: Results, tainted: bool) -> None:
        with self._lock:
            self._beside += 1

        def done(made: Any, error: BaseException | None) -> None:
            fault: BaseException | None = None
            try:
                if error is None:
                    self._delivery.finish(step, made, tainted)
                elif isinstance(error, Cancelled) or self._token.is_set:
                    fault = Cancelled()
                elif isinstance(error, asyncio.CancelledError):
                    self._delivery.fail(step, RuntimeError("The node's own task was cancelled."))
                else:
                    self._delivery.fail(step, error)
            except BaseException as raised:
                fault = raised
            self._ended_beside(fault)

        self._lanes.run_async(_gathered(results), done)

    def _look_for_circles(self) -> None:
        """Nothing runs and nothing can: if steps still wait, an expansion tied them into a circle."""
        stuck = self._job.agenda.stuck()
        if not stuck:
            return
        graph = self._job.graph
        rings = cycles(graph.graph(), [step.id for step in stuck])
        ring = rings[0] if rings else [step.id for step in stuck[:3]]
        told = problem("graph.cycle", at=graph.real_id(ring[0]), path=[*ring, ring[0]])
        self._teller.failed(ring[0], ProblemError([told]))


async def _gathered(results: Results) -> Results:
    """Await what is to be awaited, all at once."""

    async def whole(result: Any) -> Any:
        return await result if inspect.iscoroutine(result) else result

    return list(await asyncio.gather(*map(whole, results)))
