"""The evaluator: from a graph to events, computing only what the outputs need.

A suspending scheduler in the words of "Build Systems à la Carte" (Mokhov, Mitchell, Peyton Jones, 2018), turned inside
out so that nothing recurses: order, then keys, then what the cache cannot answer, then calls.
"""

import time

from graph_engine.cache.key import KeyMaker
from graph_engine.plan.face import Faces
from graph_engine.plan.order import run_order
from graph_engine.run.cancellation import CancelToken, current_token
from graph_engine.run.collector import SparedCollector
from graph_engine.run.evaluation import Evaluation
from graph_engine.run.events import JobFinished, Outcome
from graph_engine.run.executor import RunRequest
from graph_engine.run.failure import problems_of
from graph_engine.run.kept import KeptObjects, workflow_of
from graph_engine.run.surroundings import Surroundings
from graph_engine.run.telling import Emit, Teller
from graph_engine.run.why import Traces
from graph_engine.spec.context import Cancelled
from graph_engine.spec.registry import Registry
from graph_engine.validate.validate import validate

__all__ = ["Emit", "Evaluator", "Surroundings"]


class Evaluator:
    """Evaluates graphs, one after another; the calling thread is the device lane."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._kept = KeptObjects()
        self._traces = Traces()
        self._registry: Registry | None = None
        self.use(surroundings.registry)

    def use(self, registry: Registry) -> None:
        """From the next job on, these are the node types: what plug-ins state of theirs may change."""
        if registry is self._registry:
            return
        self._registry = registry
        self._catalogue = registry.catalogue()
        self._faces = Faces(registry.types)
        self._key_maker = KeyMaker(registry.types, self._surroundings.file_state, self._surroundings.files)

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

    def forget(self) -> None:
        """Let go of what nodes keep from job to job. Between jobs only."""
        self._kept.clear()

    def _evaluate(self, request: RunRequest, teller: Teller, token: CancelToken) -> None:
        surroundings = self._surroundings
        workflow = workflow_of(request.metadata)
        evaluation = Evaluation(surroundings, self._faces, self._key_maker, request, teller, token)
        with surroundings.around_job(), SparedCollector(len(request.graph.nodes)) as collector:
            checked = validate(request.graph, self._catalogue, targets=request.targets, files=surroundings.file_lookup)
            teller.problems.extend(checked.errors)
            graph, roots, order = checked.graph, checked.runnable, checked.order
            if roots != checked.outputs:
                order = run_order(graph, roots)
            kept = self._kept.begin_job(workflow, graph)
            trace = evaluation.plan(graph, roots, order, kept, self._traces.before(workflow))
            collector.planned()
            evaluation.run()
        self._traces.remember(workflow, trace)
