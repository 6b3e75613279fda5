"""``JobStore`` on the database. Row functions are imported in the database thread, SQLAlchemy with them."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph_engine.jobs.batch import Batch
from graph_engine.jobs.job import Job, JobContent, JobEnd, JobState, NewJob
from graph_engine.jobs.queue import QueuePolicy
from graph_engine.jobs.store import JobPage, QueueCounts, Spot
from web.server.persistence.database import Database

if TYPE_CHECKING:
    from web.server.persistence.queue_rows import QueueRoom


class DatabaseJobStore:
    """Jobs in the tables ``jobs``, ``job_contents`` and ``batches``: a ``graph_engine.jobs.store.JobStore``."""

    def __init__(self, database: Database, policy: QueuePolicy) -> None:
        self._database = database
        self._policy = policy

    @cached_property
    def _room(self) -> "QueueRoom":
        """Used in the database thread only."""
        return _queue().QueueRoom(self._policy)

    async def add(self, new: NewJob) -> tuple[Job, bool]:
        """Queue a job."""

        def work(connection: Any) -> tuple[Job, bool]:
            known = _jobs().get(connection, new.id)
            if known is not None:
                return known, False
            self._room.admit(connection)
            return _jobs().add(connection, new, self._policy), True

        return await self._database.write(work)

    async def add_batch(self, batch: Batch, new: Sequence[NewJob]) -> tuple[Batch, tuple[Job, ...]]:
        """Queue a batch and its jobs as one."""
        return await self._database.write(lambda connection: _batches().add(connection, batch, new, self._room))

    async def batch(self, batch_id: str) -> Batch | None:
        """The batch, or None."""
        return await self._database.read(lambda connection: _batches().get(connection, batch_id))

    async def batches(self, *, limit: int, before: int | None) -> tuple[Batch, ...]:
        """Batches, newest first."""
        return await self._database.read(lambda connection: _batches().page(connection, limit, before))

    async def batch_counts(self, batch_id: str) -> Mapping[JobState, int]:
        """How many of a batch's jobs are in each state."""
        return await self._database.read(lambda connection: _batches().counts(connection, batch_id))

    async def jobs_of_batch(self, batch_id: str, *, limit: int, after: int) -> tuple[Job, ...]:
        """A batch's jobs by index."""
        return await self._database.read(lambda connection: _batches().jobs_of(connection, batch_id, limit, after))

    async def get(self, job_id: str) -> Job | None:
        """The job, or None."""
        return await self._database.read(lambda connection: _jobs().get(connection, job_id))

    async def content(self, job_id: str) -> JobContent | None:
        """What the job runs, or None."""
        return await self._database.read(lambda connection: _jobs().content(connection, job_id))

    async def contents(self, job_ids: Sequence[str]) -> Mapping[str, JobContent]:
        """What these jobs run, those that are known."""
        return await self._database.read(lambda connection: _jobs().contents(connection, job_ids))

    async def reports(self, job_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """What is kept of these jobs' courses."""
        return await self._database.read(lambda connection: _jobs().reports(connection, job_ids))

    async def page(self, *, states: Sequence[JobState] = (), limit: int = 50, before: int | None = None) -> JobPage:
        """Jobs in these states, newest first."""
        return await self._database.read(lambda connection: _jobs().page(connection, states, limit, before))

    async def search(
        self, words: str, *, states: Sequence[JobState] = (), limit: int = 50, before: int | None = None
    ) -> JobPage:
        """Jobs that hold every word, newest first. Others get their turn between two looks."""
        wanted = words.lower().split()
        found: list[Job] = []
        start: int | None = before
        while len(found) <= limit:
            room, below = limit + 1 - len(found), start
            part, start = await self._database.read(
                lambda connection, room=room, below=below: _jobs().search_span(connection, wanted, states, room, below)
            )
            found += part
            if start is None:
                break
        return JobPage(jobs=tuple(found[:limit]), next=found[limit - 1].number if len(found) > limit else None)

    async def waiting(self, limit: int, after: Job | None = None) -> tuple[Job, ...]:
        """Queued jobs in the order in which they will run."""
        return await self._database.read(lambda connection: _queue().waiting(connection, limit, after))

    async def first_waiting(self) -> tuple[Job, JobContent] | None:
        """The job that will run next, still queued."""
        return await self._database.read(lambda connection: _queue().first_waiting(connection))

    async def take_next(self, *, at: float) -> tuple[Job, JobContent] | None:
        """Move the first queued job to ``running``."""
        return await self._database.write(lambda connection: _queue().take_next(connection, at))

    async def finish(self, job_id: str, end: JobEnd, *, then: str | None = None) -> bool:
        """Move a running job to its end, and ``then`` to ``running``; answers whether that one began."""
        return await self._database.write(lambda connection: _queue().finish(connection, job_id, end, then))

    async def requeue(self, job_id: str, *, died: bool = False) -> Job:
        """Put a running job back where it was in the queue."""

        def work(connection: Any) -> Job:
            self._room.gained()
            return _queue().requeue(connection, job_id, died)

        return await self._database.write(work)

    async def move(self, job_id: str, spot: Spot, other: str | None = None) -> Job:
        """Give a waiting job another place."""
        return await self._database.write(lambda connection: _queue().move(connection, job_id, spot, other))

    async def set_priority(self, job_id: str, priority: int) -> Job:
        """Give a waiting job another priority."""
        return await self._database.write(lambda connection: _queue().set_priority(connection, job_id, priority))

    async def cancel_queued(
        self, job_ids: Sequence[str] | None, *, at: float, batch_id: str | None = None
    ) -> tuple[str, ...]:
        """Cancel jobs that still wait."""
        return await self._database.write(lambda connection: _queue().cancel_queued(connection, job_ids, at, batch_id))

    async def delete(self, job_ids: Sequence[str] | None) -> tuple[str, ...]:
        """Forget finished jobs."""
        return await self._database.write(lambda connection: _jobs().delete_finished(connection, job_ids))

    async def counts(self) -> QueueCounts:
        """How many wait and run."""
        return await self._database.read(lambda connection: _queue().counts(connection))

    async def paused(self) -> bool:
        """Whether the queue is paused."""
        return await self._database.read(lambda connection: _queue().is_paused(connection))

    async def pause(self, paused: bool) -> None:
        """Pause or resume the queue."""
        await self._database.write(lambda connection: _queue().set_paused(connection, paused))

    async def recover(self, *, at: float, requeue_lost: bool = False) -> tuple[list[Job], list[Job]]:
        """Settle jobs that ran when the server last died; answers (lost, queued again)."""
        return await self._database.write(lambda connection: _queue().recover(connection, at, requeue_lost))


def _jobs():  # noqa: ANN202 - a module's type has no name
    from web.server.persistence import job_rows

    return job_rows


def _queue():  # noqa: ANN202
    from web.server.persistence import queue_rows

    return queue_rows


def _batches():  # noqa: ANN202
    from web.server.persistence import batch_rows

    return batch_rows
