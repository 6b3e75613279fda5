"""``JobStore`` on the database. Row functions are imported in the database thread, SQLAlchemy with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph_engine.jobs.job import Job, JobContent, JobState, NewJob, Outputs
from graph_engine.jobs.queue import QueuePolicy
from graph_engine.jobs.store import JobPage, QueueCounts
from graph_engine.validate.problem import Problem
from web.server.persistence.database import Database


@dataclass(frozen=True)
class DatabaseJobStore:
    """Jobs in the tables ``jobs`` and ``job_contents``; implements ``graph_engine.jobs.store.JobStore``."""

    database: Database
    policy: QueuePolicy

    async def add(self, new: NewJob) -> tuple[Job, bool]:
        """Queue a job."""
        return await self.database.write(lambda connection: _rows().add(connection, new, self.policy))

    async def get(self, job_id: str) -> Job | None:
        """The job, or None."""
        return await self.database.read(lambda connection: _rows().get(connection, job_id))

    async def content(self, job_id: str) -> JobContent | None:
        """What the job runs, or None."""
        return await self.database.read(lambda connection: _rows().content(connection, job_id))

    async def contents(self, job_ids: Sequence[str]) -> Mapping[str, JobContent]:
        """What these jobs run, those that are known."""
        return await self.database.read(lambda connection: _rows().contents(connection, job_ids))

    async def page(self, *, states: Sequence[JobState] = (), limit: int = 50, before: int | None = None) -> JobPage:
        """Jobs in these states, newest first."""
        return await self.database.read(lambda connection: _rows().page(connection, states, limit, before))

    async def waiting(self, limit: int) -> tuple[Job, ...]:
        """Queued jobs in the order in which they will run."""
        return await self.database.read(lambda connection: _rows().waiting(connection, limit))

    async def take_next(self, *, at: float) -> tuple[Job, JobContent] | None:
        """Move the first queued job to ``running``."""
        return await self.database.write(lambda connection: _rows().take_next(connection, at))

    async def finish(
        self, job_id: str, state: JobState, *, at: float, outputs: Outputs, problems: Sequence[Problem]
    ) -> Job:
        """Move a running job to its end."""
        return await self.database.write(
            lambda connection: _rows().finish(connection, job_id, state, at, outputs, problems)
        )

    async def requeue(self, job_id: str) -> Job:
        """Put a running job back where it was in the queue."""
        return await self.database.write(lambda connection: _rows().requeue(connection, job_id))

    async def cancel_queued(self, job_ids: Sequence[str] | None, *, at: float) -> tuple[str, ...]:
        """Cancel jobs that still wait."""
        return await self.database.write(lambda connection: _rows().cancel_queued(connection, job_ids, at))

    async def delete(self, job_ids: Sequence[str] | None) -> tuple[str, ...]:
        """Forget finished jobs."""
        return await self.database.write(lambda connection: _rows().delete_finished(connection, job_ids))

    async def counts(self) -> QueueCounts:
        """How many wait and run."""
        return await self.database.read(lambda connection: _rows().counts(connection))

    async def recover(self, *, at: float) -> tuple[Job, ...]:
        """Mark jobs that ran when the server last died as lost."""
        return await self.database.write(lambda connection: _rows().recover(connection, at))


def _rows():  # noqa: ANN202 - a module's type has no name
    from web.server.persistence import job_rows

    return job_rows
