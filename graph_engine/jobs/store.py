"""Where jobs are kept, as everything above sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from graph_engine.jobs.batch import Batch
from graph_engine.jobs.job import Job, JobContent, JobEnd, JobState, NewJob

Spot = Literal["front", "back", "before", "after"]


@dataclass(frozen=True, kw_only=True)
class JobPage:
    """Jobs by descending number. ``next`` is the ``before`` of the next page, None at the end."""

    jobs: tuple[Job, ...]
    next: int | None = None


@dataclass(frozen=True, kw_only=True)
class QueueCounts:
    """How many jobs wait and run."""

    queued: int = 0
    running: int = 0


class JobStore(Protocol):
    """Keeps jobs. What a call has answered is on disk: a crash right after loses nothing.

    Calls take effect in the order in which they were made.
    """

    async def add(self, new: NewJob) -> tuple[Job, bool]:
        """Queue a job. Answers the job and whether it is new; raises ``QueueFull``."""
        ...

    async def add_batch(self, batch: Batch, new: Sequence[NewJob]) -> tuple[Batch, tuple[Job, ...]]:
        """Queue a batch and its jobs as one. A known id answers the known batch and no jobs. Raises ``QueueFull``."""
        ...

    async def batch(self, batch_id: str) -> Batch | None:
        """The batch, or None."""
        ...

    async def batches(self, *, limit: int, before: int | None) -> tuple[Batch, ...]:
        """Batches, newest first."""
        ...

    async def batch_counts(self, batch_id: str) -> Mapping[JobState, int]:
        """How many of a batch's jobs are in each state."""
        ...

    async def jobs_of_batch(self, batch_id: str, *, limit: int, after: int) -> tuple[Job, ...]:
        """A batch's jobs by index, those behind index ``after``."""
        ...

    async def get(self, job_id: str) -> Job | None:
        """The job, or None."""
        ...

    async def content(self, job_id: str) -> JobContent | None:
        """What the job runs, or None."""
        ...

    async def contents(self, job_ids: Sequence[str]) -> Mapping[str, JobContent]:
        """What these jobs run, those that are known."""
        ...

    async def reports(self, job_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """What is kept of these jobs' courses, see ``JobEnd.report``."""
        ...

    async def page(self, *, states: Sequence[JobState] = (), limit: int = 50, before: int | None = None) -> JobPage:
        """Jobs in these states (all when empty), newest first."""
        ...

    async def search(
        self, words: str, *, states: Sequence[JobState] = (), limit: int = 50, before: int | None = None
    ) -> JobPage:
        """Jobs whose title, prompts or id hold every one of ``words``, newest first."""
        ...

    async def waiting(self, limit: int, after: Job | None = None) -> tuple[Job, ...]:
        """Queued jobs in the order in which they will run, those behind ``after``."""
        ...

    async def first_waiting(self) -> tuple[Job, JobContent] | None:
        """The job that will run next, still queued."""
        ...

    async def take_next(self, *, at: float) -> tuple[Job, JobContent] | None:
        """Move the first queued job to ``running`` and answer it; None when none waits."""
        ...

    async def finish(self, job_id: str, end: JobEnd, *, then: str | None = None) -> bool:
        """Move a running job to its end, and the queued job ``then`` to ``running``, as one.

        Answers whether ``then`` began (it may have been cancelled). Raises ``IllegalMove`` or KeyError.
        """
        ...

    async def requeue(self, job_id: str, *, died: bool = False) -> Job:
        """Put a running job back where it was in the queue; ``died`` counts it as a death."""
        ...

    async def move(self, job_id: str, spot: Spot, other: str | None = None) -> Job:
        """Give a waiting job another place; beside ``other`` it takes that job's priority. Raises as ``finish``."""
        ...

    async def set_priority(self, job_id: str, priority: int) -> Job:
        """Give a waiting job another priority. Raises as ``finish``."""
        ...

    async def cancel_queued(
        self, job_ids: Sequence[str] | None, *, at: float, batch_id: str | None = None
    ) -> tuple[str, ...]:
        """Cancel those of these jobs that still wait (None: all that wait, of a batch if named); answers which."""
        ...

    async def delete(self, job_ids: Sequence[str] | None) -> tuple[str, ...]:
        """Forget finished jobs (None: all finished) with their events; answers which. Their files stay."""
        ...

    async def counts(self) -> QueueCounts:
        """How many wait and run."""
        ...

    async def paused(self) -> bool:
        """Whether the queue is paused."""
        ...

    async def pause(self, paused: bool) -> None:
        """Pause or resume the queue; kept over restarts."""
        ...
