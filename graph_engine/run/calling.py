"""Calling a node's function: with what its sources delivered, once or for each item of a list."""

import inspect
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from graph_engine.document.graph import Link
from graph_engine.plan.agenda import State, Step
from graph_engine.plan.listing import Many, block_in
from graph_engine.run.asking import argument_rows, still_needed
from graph_engine.run.delivery import Delivery, Results
from graph_engine.run.events import NodeNotice
from graph_engine.run.relief import call_with_relief
from graph_engine.run.under_way import UnderWay
from graph_engine.spec.context import Cancelled
from graph_engine.spec.result import Blocked
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError

Await = Callable[[Step, Results, bool], None]
"""Has the coroutines among a step's results awaited, and delivers what they return."""


class Caller:
    """Calls nodes, in whichever lane's thread it is used."""

    def __init__(self, job: UnderWay, delivery: Delivery) -> None:
        self._job = job
        self._delivery = delivery

    def asks_for_more(self, step: Step) -> bool:
        """Ask a lazy node what it still needs; whether its call must wait. Raises Cancelled."""
        job = self._job
        try:
            wanted = still_needed(job, step)
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:
            with job.lock:
                job.agenda.settle_needs(step)
                self._take(step)
            self._delivery.fail(step, error)
            return True
        with job.lock:
            if wanted:
                job.answers.tell([job.agenda.step(node_id) for node_id in job.agenda.ask_for(step, wanted)])
                return True
            job.agenda.settle_needs(step)
            if step.face.lane == "device":
                return False
            job.agenda.wait_for(step, ())  # ready at once, for its own lane
            return True

    def call(self, step: Step, have_awaited: Await) -> None:
        """Call the node and deliver, or hand what is to be awaited to ``have_awaited``. Raises Cancelled."""
        job = self._job
        with job.lock:
            inputs, sound, special = self._take(step)
            if not sound:
                job.agenda.settle(step, State.FAILED)
                return
        calls = argument_rows(step, inputs) if special or step.face.list_inputs else [inputs]
        blocked: list[Blocked | None] = [block_in(row.values()) for row in calls] if special else [None] * len(calls)
        if special and self._is_blocked(step, blocked):
            return
        job.teller.started(step.id, job.answers.why(step))
        step.started = time.perf_counter()
        results: Results = []
        try:
            for index, row in enumerate(calls):
                if blocked[index] is not None:
                    results.append(Blocked())
                    continue
                if index:
                    job.token.check()
                results.append(self._invoke(step, row, index))
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:
            _discard_coroutines(results)
            self._delivery.fail(step, error, inputs)
            return
        tainted = special and any(blocked)
        del inputs, calls
        if any(map(inspect.iscoroutine, results)):
            have_awaited(step, results, tainted)
        else:
            self._delivery.finish(step, results, tainted)

    def _is_blocked(self, step: Step, blocked: list[Blocked | None]) -> bool:
        """Whether blockers keep every call from being made; a blocker with a message is told."""
        for block in blocked:
            if block is not None and block.message is not None:
                told = problem("node.blocked", reason=block.message)
                self._job.teller.failed(step.id, ProblemError([told]))
                break
        if not blocked or None in blocked:
            return False
        with self._job.lock:
            step.values = (Blocked(),) * step.face.outputs
            self._job.agenda.settle(step, State.DONE)
        return True

    def _take(self, step: Step) -> tuple[dict[str, Any], bool, bool]:
        """The arguments for a call, whether every source delivered, and whether lists or blockers are among them.

        A source's last user lets it go. The lock is held.
        """
        inputs: dict[str, Any] = {}
        sound, special = True, False
        agenda, face, asked = self._job.agenda, step.face, step.asked
        for name, value in step.node.inputs.items():
            if type(value) is not Link:
                inputs[name] = value
                continue
            if name in face.lazy and not (asked and name in asked):
                inputs[name] = value if name in face.raw else None
                continue
            source = agenda.steps[value.source]
            if source.state is State.FAILED:
                sound = False
            elif name in face.raw:
                inputs[name] = value
            else:
                inputs[name] = item = source.values[value.slot]
                if type(item) is Many or type(item) is Blocked:
                    special = True
            agenda.release(source)
        return inputs, sound, special

    def _invoke(self, step: Step, arguments: dict[str, Any], index: int) -> Any:
        """One call of the node's function."""
        job, context = self._job, step.face.kind.context
        if context is not None:
            arguments[context] = job.context(step, index)
        memory = job.surroundings.memory
        with memory.serving(step.id):
            return call_with_relief(
                partial(step.face.function, **arguments),
                memory,
                lambda notice: job.teller.emit(NodeNotice(node=step.id, problem=notice)),
            )


def _discard_coroutines(results: Results) -> None:
    for result in results:
        if isinstance(result, Coroutine):
            result.close()
