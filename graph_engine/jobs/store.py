"""Where jobs are kept, as everything above sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from graph_engine.jobs.job import Job, JobContent, JobState, NewJob, Outputs
from graph_engine.validate.problem import Problem


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
    """Keeps jobs. What a call has answered is on disk: a crash right after loses nothing."""

    async def add(self, new: NewJob) -> tuple[Job, bool]:
        """Queue a job. Answers the job and whether it is new; raises ``QueueFull``."""
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

    async def page(self, *, states: Sequence[JobState] = (), limit: int = 50, before: int | None = None) -> JobPage:
        """Jobs in these states (all when empty), newest first."""
        ...

    async def waiting(self, limit: int) -> tuple[Job, ...]:
        """Queued jobs in the order in which they will run."""
        ...

    async def take_next(self, *, at: float) -> tuple[Job, JobContent] | None:
        """Move the first queued job to ``running`` and answer it; None when none waits."""
        ...

    async def finish(
        self, job_id: str, state: JobState, *, at: float, outputs: Outputs, problems: Sequence[Problem]
    ) -> Job:
        """Move a running job to its end. Raises ``IllegalMove`` or KeyError."""
        ...

    async def requeue(self, job_id: str) -> Job:
        """Put a running job back where it was in the queue."""
        ...

    async def cancel_queued(self, job_ids: Sequence[str] | None, *, at: float) -> tuple[str, ...]:
        """Cancel those of these jobs that still wait (None: all that wait); answers which."""
        ...

    async def delete(self, job_ids: Sequence[str] | None) -> tuple[str, ...]:
        """Forget finished jobs (None: all finished) with their events; answers which. Their files stay."""
        ...

    async def counts(self) -> QueueCounts:
        """How many wait and run."""
        ...
