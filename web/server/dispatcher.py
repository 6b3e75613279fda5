"""Takes the next queued job, runs it on the executor, tells what happens and writes down how it ended.

While the end of one job is on its way to the disk the worker already runs the next: the job behind the running one is
looked up ahead of time, and "this one ended, that one began" is one commit. Watchers hear of an end only when it is on
disk, and of the next job only after that.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import asdict

from graph_engine.jobs.job import IllegalMove, Job, JobContent
from graph_engine.jobs.store import JobStore
from graph_engine.run.events import Event, JobFinished, NodePreview
from graph_engine.run.executor import Executor
from graph_engine.validate.problem import Problem, ProblemError
from web.server.end_writer import EndWriter
from web.server.events.hub import EventHub
from web.server.events.record import PreviewFrame
from web.server.look_ahead import LookAhead
from web.server.persistence.failures import DatabaseAway, StorageFull
from web.server.progress import ProgressBoard
from web.server.queue_news import QueueNews
from web.server.run_record import RunRecord
from web.server.run_requests import RunRequests

log = logging.getLogger(__name__)

FAULTY_PAUSE = 60.0
STOP_SECONDS = 6.0
RETRY_SECONDS = 2.0


class Dispatcher:
    """One job at a time, in the order of the queue."""

    def __init__(
        self,
        *,
        store: JobStore,
        hub: EventHub,
        executor: Executor,
        requests: RunRequests,
        board: ProgressBoard,
        news: QueueNews,
        ends: EndWriter,
        requeue_lost: bool = False,
    ) -> None:
        """``requeue_lost``: a job whose worker died is queued again once."""
        self._store = store
        self._hub = hub
        self._executor = executor
        self._requests = requests
        self._board = board
        self._news = news
        self._ends = ends
        self._requeue_lost = requeue_lost
        self._ahead = LookAhead(store)
        self._wake = asyncio.Event()
        self._stopping = False
        self._run: RunRecord | None = None
        self._settling: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def current(self) -> str | None:
        """The id of the running job."""
        return self._run.job.id if self._run else None

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._work(), name="dispatcher")

    def added(self, job: Job) -> None:
        """A job was queued."""
        self._ahead.added(job)
        self._wake.set()
        self._news.changed()

    def reordered(self) -> None:
        """Waiting jobs were cancelled, moved, paused or resumed: what was looked up ahead no longer counts."""
        self._ahead.drop()
        self._wake.set()
        self._news.changed()

    def forget(self, job_id: str) -> None:
        """The job will not run."""
        self._requests.forget(job_id)

    async def cancel(self, job_id: str) -> bool:
        """Stop the job if it is in hand."""
        if self._run is None or self._run.job.id != job_id:
            return False
        self._run.cancel_wanted = True
        return await self._executor.cancel(job_id)

    async def stop(self) -> None:
        """Take no more jobs; put the running one back into the queue; answers within seconds."""
        self._stopping = True
        self._wake.set()
        if self._run is not None:
            self._run.requeue_wanted = True
            await self._executor.cancel(self._run.job.id)
        if self._task is not None:
            done, _ = await asyncio.wait({self._task}, timeout=STOP_SECONDS)
            if not done:
                self._task.cancel()
                await asyncio.wait({self._task}, timeout=1)
            if self._run is not None:
                await self._requeue(self._run)
        self._news.close()

    async def _work(self) -> None:
        taken: tuple[Job, JobContent] | None = None
        while not self._stopping or taken is not None:
            if taken is None:
                await self._wait_while_faulty()
                self._wake.clear()
                taken = await self._take()
            if taken is None:
                await self._wake.wait()
                continue
            run = self._run = RunRecord(*taken)
            if self._settling is None:
                self._ahead.look()
            self._news.changed()
            taken = await self._perform(run)

    async def _take(self) -> tuple[Job, JobContent] | None:
        if self._stopping or self._news.paused:
            return None
        try:
            return await self._store.take_next(at=time.time())
        except (StorageFull, DatabaseAway) as failure:
            log.error("The next job could not be taken; trying again: %s", failure)
            await asyncio.sleep(RETRY_SECONDS)
            self._wake.set()
            return None
        except Exception:
            log.exception("The next job could not be taken; trying again")
            await asyncio.sleep(RETRY_SECONDS)
            self._wake.set()
            return None

    async def _wait_while_faulty(self) -> None:
        """A worker that dies at every start gets a pause, and the queue with it."""
        since = time.monotonic()
        while self._executor.status().state == "faulty" and not self._stopping:
            if time.monotonic() - since > FAULTY_PAUSE:
                return
            await asyncio.sleep(0.5)

    async def _perform(self, run: RunRecord) -> tuple[Job, JobContent] | None:
        """Run a job to its end; answers the next one if it may begin at once."""
        finished: JobFinished | None = None
        try:
            request = await self._requests.make(run.job, run.content)
            async for event in self._after_settling(self._executor.run(request)):
                if isinstance(event, JobFinished):
                    finished = event
                else:
                    self._tell(run, event)
                if run.cancel_wanted or run.requeue_wanted:
                    # It may have been asked before the executor knew of the job; asking twice does no harm.
                    await self._executor.cancel(run.job.id)
        except ProblemError as refused:
            finished = JobFinished(outcome="failed", problems=refused.problems)
        except Exception as failure:
            log.exception("Job %s could not be run", run.job.id)
            problem = Problem(code="job.broken", message=f"The job could not be run: {failure}.")
            finished = JobFinished(outcome="failed", problems=(problem,))
        if finished is None:
            problem = Problem(code="job.no_end", message="The worker never said how the job ended.")
            finished = JobFinished(outcome="lost", problems=(problem,))
        await self._settled()
        if self._should_requeue(run, finished):
            await self._requeue(run, died=not run.requeue_wanted)
            return None
        return await self._finish(run, finished)

    async def _after_settling(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        """The executor's events; it begins at once, but nothing is told before the last job's end is on disk."""
        if self._settling is not None:
            first = asyncio.ensure_future(anext(events, None))
            await self._settled()
            begun = await first
            if begun is not None:
                yield begun
        async for event in events:
            yield event

    async def _settled(self) -> None:
        settling, self._settling = self._settling, None
        if settling is not None:
            await settling

    def _should_requeue(self, run: RunRecord, finished: JobFinished) -> bool:
        if run.cancel_wanted or finished.outcome not in ("cancelled", "lost"):
            return False
        if run.requeue_wanted:
            return True
        return finished.outcome == "lost" and self._requeue_lost and run.job.deaths == 0

    def _tell(self, run: RunRecord, event: Event) -> None:
        if isinstance(event, NodePreview):
            place = asdict(event.place) if event.place else None
            shown = (event.media_type, event.data, event.value, event.total)
            self._hub.preview(PreviewFrame(run.job.id, event.node, *shown, place))
            return
        told = run.note(event)
        self._board.note(run.job.id, told)
        self._hub.publish(run.job.id, told)

    async def _finish(self, run: RunRecord, finished: JobFinished) -> tuple[Job, JobContent] | None:
        """Send the job's end to the disk; answers the next job, which begins in the same commit."""
        following = await self._ahead.take()
        if self._stopping or self._news.paused or self._faulty():
            following = None
        self._board.forget(run.job.id)
        self._requests.forget(run.job.id)
        if following is not None:
            job, content = following
            following = job.moved("running", at=time.time()), content
        settling = self._settle(run, finished, following)
        if following is None:
            await settling
            self._run = None
            self._news.changed()
        else:
            self._settling = asyncio.get_running_loop().create_task(settling, name="settle")
        return following

    def _faulty(self) -> bool:
        return self._executor.status().state == "faulty"

    async def _settle(self, run: RunRecord, finished: JobFinished, following: tuple[Job, JobContent] | None) -> None:
        then = following[0].id if following else None
        began = await self._ends.write(run, finished, then, give_up=lambda: self._stopping)
        if then is not None and not began:
            await self.cancel(then)
        # Only now: the store does things in order, so what is looked up from here on lies behind `then`.
        self._ahead.look()

    async def _requeue(self, run: RunRecord, *, died: bool = False) -> None:
        try:
            await self._store.requeue(run.job.id, died=died)
            self._hub.publish(run.job.id, {"type": "job.requeued"})
        except (IllegalMove, StorageFull, DatabaseAway) as failure:
            # On disk it still waits, or it still runs and the next start will find it so.
            log.error("Job %s could not be put back into the queue: %s", run.job.id, failure)
        self._board.forget(run.job.id)
        self._run = None
        self._ahead.drop()
        self._news.changed()
