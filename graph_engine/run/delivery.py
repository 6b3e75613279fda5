"""What becomes of a node's results: values on wires, an expansion to be run first, or a failure."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from graph_engine.cache.stores.memory import CachedOutput
from graph_engine.plan.agenda import State, Step
from graph_engine.run.expansion import Expander, Expansion, Row, SourceFailed
from graph_engine.run.made import Made, joined_ui, joined_values, made_of
from graph_engine.run.under_way import UnderWay
from graph_engine.spec.context import Cancelled
from graph_engine.validate.problem import ProblemError

Results = list[Any]


class Delivery:
    """Takes what calls returned. Any lane's thread may use it."""

    def __init__(self, job: UnderWay, expander: Expander) -> None:
        self._job = job
        self._expander = expander

    def finish(self, step: Step, results: Results, tainted: bool) -> None:
        """A node's calls returned ``results``; ``tainted`` if blockers kept some calls from being made."""
        try:
            made = [made_of(step.id, step.face, result) for result in results]
        except ProblemError as error:
            self.fail(step, error)
            return
        if any(one.expand is not None or one.rounds is not None for one in made):
            step.expansion = Expansion([Row(one) for one in made], [one.ui for one in made], tainted)
            with self._job.lock:
                step.state = State.EXPANDED
                self._job.agenda.wait_for(step, ())
        else:
            self._deliver(step, made, tainted)

    def fail(self, step: Step, error: BaseException, inputs: Mapping[str, Any] | None = None) -> None:
        """A node raised, given these inputs."""
        self._job.teller.failed(step.id, error, inputs)
        with self._job.lock:
            self._job.agenda.settle(step, State.FAILED)

    def advance(self, step: Step) -> None:
        """A round of an expansion: hand over what came, take in what is next, or deliver. Raises Cancelled."""
        expansion: Expansion = step.expansion
        agenda, answers = self._job.agenda, self._job.answers
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
        with self._job.lock:
            before = expansion.held
            waits = any(row.awaited is not None for row in expansion.rows)
            if waits:
                answers.shows.update(output.id for output in outputs)
                links = [link for row in expansion.rows if row.awaited is not None for link in row.awaited]
                expansion.held, answered = self._expander.wait(step, links, outputs)
                answers.tell([agenda.step(node_id) for node_id in answered])
            for source in before:
                agenda.release(source)
        if not waits:
            step.expansion = None
            self._deliver(step, [row.made for row in expansion.rows], expansion.tainted)

    def _go_on(self, step: Step, call: Callable[[], Any]) -> Any:
        """Let a generator run to its next round. It cannot be asked again, so nothing is retried."""
        with self._job.surroundings.memory.serving(step.id):
            return call()

    def _give_up(self, step: Step, error: BaseException) -> None:
        expansion: Expansion = step.expansion
        step.expansion = None
        expansion.close()
        with self._job.lock:
            for source in expansion.held:
                self._job.agenda.release(source)
            if isinstance(error, SourceFailed):
                self._job.agenda.settle(step, State.FAILED)
                return
        self.fail(step, error)

    def _deliver(self, step: Step, made: Sequence[Made], tainted: bool) -> None:
        try:
            values = joined_values(step.id, step.face, made)
            ui = made[0].ui if len(made) == 1 else joined_ui([one.ui for one in made])
        except ProblemError as error:
            self.fail(step, error)
            return
        seconds = time.perf_counter() - step.started
        if not tainted:
            self._job.answers.keep(step, CachedOutput(values, ui), seconds)
        self._job.teller.finished(step.id, ui, seconds)
        with self._job.lock:
            step.values = values
            self._job.agenda.settle(step, State.DONE)
