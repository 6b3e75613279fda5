"""A job: one run of a graph, and the states it may pass through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from graph_engine.jobs.picture import NewPicture
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
"""Where each state may go. A running job goes back to ``queued`` when the server stops in good order, and once after a
crash where that is wished."""

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
    ``client_id`` and ``extra`` belong to whoever submitted it and are handed back untouched. ``webhook`` is an address
    that is told how the job ended.
    """

    graph: Mapping[str, Any]
    workflow: Mapping[str, Any] | None = None
    targets: tuple[str, ...] | None = None
    client_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    webhook: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job to be added to the queue. The same ``id`` twice is one job. ``text`` is what a search may find it by."""

    id: str
    title: str
    created: float
    node_count: int
    content: JobContent
    front: bool = False
    position: float | None = None
    """Place in the queue, lower first; None: behind everything (or before it, with ``front``)."""
    priority: int = 0
    """Jobs of a higher priority run first, whatever their position."""
    text: str = ""
    retry_of: str | None = None
    batch_id: str | None = None
    batch_index: int | None = None


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
    priority: int = 0
    deaths: int = 0
    """How often the worker or the server died while it ran."""
    retry_of: str | None = None
    batch_id: str | None = None
    batch_index: int | None = None

    @property
    def is_final(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in FINAL

    @property
    def place(self) -> tuple[int, float, int]:
        """Sorts waiting jobs into the order in which they will run."""
        return (-self.priority, self.position, self.number)

    def moved(self, state: JobState, *, at: float) -> "Job":
        """The job in its next state, with the time noted. Raises :class:`IllegalMove`."""
        if state not in MOVES[self.state]:
            raise IllegalMove(self.id, self.state, state)
        if state == "running":
            return replace(self, state=state, started=at)
        if state == "queued":
            return replace(self, state=state, started=None)
        return replace(self, state=state, finished=at)


@dataclass(frozen=True, kw_only=True)
class JobEnd:
    """How a job ended, written as one: the state, what it showed, and who is to be told (``webhooks``: addresses)."""

    state: JobState
    at: float
    outputs: Outputs = field(default_factory=dict[str, Mapping[str, Sequence[Any]]])
    problems: tuple[Problem, ...] = ()
    pictures: tuple[NewPicture, ...] = ()
    webhooks: tuple[str, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What of its course is kept beyond its events: the nodes that were cached, the node that failed."""
