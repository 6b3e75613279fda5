"""A job: one run of a graph, and the states it may pass through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from graph_engine.validate.problem import Problem

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled", "lost"]
FINAL: frozenset[JobState] = frozenset({"succeeded", "failed", "cancelled", "lost"})

MOVES: Mapping[JobState, frozenset[JobState]] = {
    "queued": frozenset({"running", "cancelled"}),
    "running": frozenset({"succeeded", "failed", "cancelled", "lost", "queued"}),
    "succeeded": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
    "lost": frozenset(),
}
"""Where each state may go. A running job goes back to ``queued`` only when the server stops in good order."""

Outputs = Mapping[str, Mapping[str, Sequence[Any]]]
"""What nodes showed: node id → kind (``images`` …) → list."""


class IllegalMove(Exception):  # noqa: N818 - reads as what it is
    """A state was asked to become one that it cannot."""

    def __init__(self, job_id: str, state: JobState, wanted: JobState) -> None:
        super().__init__(f"Job {job_id} is {state}; it cannot become {wanted}.")
        self.state = state
        self.wanted = wanted


@dataclass(frozen=True, kw_only=True)
class JobContent:
    """What a job runs. Values of any size (seeds beyond 2⁶³ too) live here as plain JSON values.

    ``graph`` is in run form; ``workflow`` is our document if one was sent. ``targets`` restricts the roots.
    ``client_id`` and ``extra`` belong to whoever submitted it and are handed back untouched.
    """

    graph: Mapping[str, Any]
    workflow: Mapping[str, Any] | None = None
    targets: tuple[str, ...] | None = None
    client_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job to be added to the queue. The same ``id`` twice is one job."""

    id: str
    title: str
    created: float
    node_count: int
    content: JobContent
    front: bool = False
    position: float | None = None
    """Place in the queue, lower first; None: behind everything (or before it, with ``front``)."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job without its content. Times are seconds since 1970; ``number`` counts up from 1, never reused."""

    id: str
    number: int
    position: float
    state: JobState
    title: str
    created: float
    started: float | None = None
    finished: float | None = None
    node_count: int = 0
    outputs: Outputs = field(default_factory=dict[str, Mapping[str, Sequence[Any]]])
    problems: tuple[Problem, ...] = ()

    @property
    def is_final(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in FINAL

    def moved(self, state: JobState, *, at: float) -> "Job":
        """The job in its next state, with the time noted. Raises :class:`IllegalMove`."""
        if state not in MOVES[self.state]:
            raise IllegalMove(self.id, self.state, state)
        if state == "running":
            return replace(self, state=state, started=at)
        if state == "queued":
            return replace(self, state=state, started=None)
        return replace(self, state=state, finished=at)
