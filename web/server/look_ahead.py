"""The job that will run next, looked up while another runs, as long as that is still true."""

import asyncio

from graph_engine.jobs.job import Job, JobContent
from graph_engine.jobs.store import JobStore


class LookAhead:
    """Knows the next job, or that it does not know. For one event loop.

    The store does what it is asked in order. So what was looked up holds as long as nothing was asked of it since that
    could change who is first; everything that could must call :meth:`drop` before it asks.
    """

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._found: tuple[Job, JobContent] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._version = 0
        self._earliest: tuple[int, float, int] | None = None
        """The first place of those queued since the last look began."""

    def look(self) -> None:
        """Begin to look; does not wait."""
        self.drop()
        self._earliest = None
        self._looking = asyncio.get_running_loop().create_task(self._look(self._version), name="look ahead")

    def added(self, job: Job) -> None:
        """A job was queued; it may come before the one we know."""
        if self._earliest is None or job.place < self._earliest:
            self._earliest = job.place
        if self._found is not None and job.place < self._found[0].place:
            self._found = None

    def drop(self) -> None:
        """What is known no longer counts, nor what is being looked up."""
        self._found = None
        self._version += 1

    async def take(self) -> tuple[Job, JobContent] | None:
        """The next job if it is known; waits for a look that is under way."""
        if self._looking is not None:
            await asyncio.wait({self._looking})
        found, self._found = self._found, None
        return found

    async def _look(self, version: int) -> None:
        try:
            found = await self._store.first_waiting()
        except Exception:
            return  # the dispatcher will ask again and say what is wrong
        if version != self._version or found is None:
            return
        if self._earliest is None or found[0].place <= self._earliest:
            self._found = found
