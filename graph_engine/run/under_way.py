"""A job that is being evaluated, as the parts of its evaluation share it."""

import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from graph_engine.plan.agenda import Agenda, Step
from graph_engine.plan.running_graph import GrowingGraph
from graph_engine.run.answers import Answers
from graph_engine.run.cancellation import CancelToken
from graph_engine.run.executor import RunRequest
from graph_engine.run.kept import Kept
from graph_engine.run.surroundings import Surroundings
from graph_engine.run.telling import Teller
from graph_engine.spec.context import NodeContext


@dataclass(frozen=True, slots=True)
class UnderWay:
    """``lock`` guards the agenda and the graph. It is re-entrant: a listener may cancel from within an event.

    None of the parts refers to the whole, so that a large job's plan is let go as soon as the job ends.
    """

    surroundings: Surroundings
    request: RunRequest
    teller: Teller
    token: CancelToken
    graph: GrowingGraph
    answers: Answers
    agenda: Agenda
    kept: Kept
    lock: AbstractContextManager[Any] = field(default_factory=threading.RLock)

    def context(self, step: Step, call: int) -> NodeContext:
        """What the function of a node is handed for its call for the item ``call`` of a list."""
        surroundings, node, token = self.surroundings, step.node, self.token
        return NodeContext(
            node_id=node.id,
            job_id=self.request.job_id,
            files=surroundings.files,
            memory=surroundings.memory,
            report=self.teller.reporter(node.id),
            cancelled=lambda: token.is_set,
            message=self.teller.messenger(node.id),
            metadata=self.request.metadata,
            call=call,
            running=self.graph,
            kept=self.kept.setdefault((node.id, node.type), {}),
        )
