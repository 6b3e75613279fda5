"""The executor behind the server: a worker process, started, watched, restarted."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from graph_engine.run.events import Event, JobFinished, event_from_json
from graph_engine.run.executor import ExecutorStatus, RunRequest
from graph_engine.run.wire import PROTOCOL, WireError
from graph_engine.run.worker_health import Listener, WorkerHealth
from graph_engine.run.worker_job import WorkerJob, run_message
from graph_engine.run.worker_process import WorkerProcess
from graph_engine.run.worker_questions import Questions
from graph_engine.run.worker_settings import WorkerSettings
from graph_engine.run.worker_signs import SignsOfLife
from graph_engine.spec.json import catalogue_from_json
from graph_engine.spec.node import Catalogue
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem, ProblemError

_PLUGIN_SECONDS = 10.0


class WorkerExecutor:
    """Implements :class:`graph_engine.run.executor.Executor` with one worker process. For one event loop.

    ``on_change`` is called after every change of state or of the catalogue; it must not block.
    """

    def __init__(
        self, settings: WorkerSettings, *, on_change: Listener | None = None, logger: logging.Logger | None = None
    ) -> None:
        self._settings = settings
        self._logger = logger or logging.getLogger("noiseloom.worker")
        self._health = WorkerHealth(settings, on_change)
        self._catalogue: Catalogue | None = None
        self._revision = ""
        self._process: WorkerProcess | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._job: WorkerJob | None = None
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._questions = Questions()
        self._signs = SignsOfLife(settings.hung_after)
        self._closing = False
        self._asked_to_end = False

    @property
    def revision(self) -> str:
        """The revision of the live catalogue; empty until the worker has reported it."""
        return self._revision

    @property
    def problem(self) -> Problem | None:
        """Why the worker is not well, or None."""
        return self._health.problem

    async def start(self) -> None:
        """Begin to start the worker; does not wait for it."""
        if self._supervisor is None and not self._closing:
            self._health.set(state="starting")
            self._supervisor = asyncio.create_task(self._supervise(), name="worker supervisor")

    def status(self) -> ExecutorStatus:
        """The latest known state, at once."""
        return self._health.status

    async def catalogue(self) -> Catalogue:
        """The live catalogue; waits for the worker's first report. Raises ProblemError when it cannot start."""
        await self.start()
        while self._catalogue is None:
            if self._health.status.state in ("faulty", "stopped"):
                raise ProblemError([self.problem or problem("worker.closed")])
            await self._health.next_change()
        return self._catalogue

    async def run(self, request: RunRequest) -> AsyncIterator[Event]:
        """See Executor.run. Jobs take turns; leaving the iteration early cancels the job."""
        job = WorkerJob(request.job_id)
        async with self._turn:
            while self._job is not None and not self._job.ended:
                await self._health.next_change()  # an abandoned job is still stopping
            self._job = job
            try:
                async for event in self._events(job, request):
                    yield event
            finally:
                if job.sent and not job.ended:
                    job.abandon()
                    self._ask_to_stop(job)
                job.ended = job.ended or not job.sent

    async def cancel(self, job_id: str) -> bool:
        """Ask a running job to stop; kills the worker when it stays silent. True if the job was here."""
        job = self._job
        if job is None or job.id != job_id or job.ended:
            return False
        self._ask_to_stop(job)
        return True

    async def free(self, *, weights: bool, outputs: bool) -> None:
        """Drop device weights and/or cached outputs, now or when the running job is done."""
        if self._process is not None:
            self._process.send_control({"type": "free", "weights": weights, "outputs": outputs})

    async def memory(self) -> list[dict[str, Any]]:
        """See Executor.memory; answered while a node computes, and by nothing where there is no worker in time."""
        if self._process is None or self._health.status.state not in ("ready", "busy"):
            return []
        return await self._questions.ask({"type": "memory"}, self._process.send_control) or []

    async def ask(self, question: str, body: Mapping[str, Any]) -> Any:
        """See Executor.ask."""
        if self._process is None or self._health.status.state not in ("ready", "busy"):
            return None
        message = {"type": "ask", "question": question, "body": dict(body)}
        return await self._questions.ask(message, self._process.send_control, _PLUGIN_SECONDS)

    async def restart(self) -> bool:
        """See Executor.restart."""
        if self._closing or self._turn.locked():
            return False
        self._health.forgive()
        if self._process is not None:
            self._asked_to_end = True
            self._health.set(state="starting", pid=None)  # a job that comes now must not go to the one that ends
            await self._process.stop(self._settings.close_after)
        return True

    async def close(self) -> None:
        """Stop the worker and give up its job, within seconds."""
        self._closing = True
        if self._process is not None:
            await self._process.stop(self._settings.close_after)
        if self._supervisor is not None:
            self._health.wake()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._supervisor), 5)
            self._supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervisor
        for task in self._tasks:
            task.cancel()
        self._health.set(state="stopped", pid=None)

    # A job's way through the worker

    async def _events(self, job: WorkerJob, request: RunRequest) -> AsyncIterator[Event]:
        refusal = await self._until_ready(job)
        if refusal is None:
            refusal = self._send(job, request)
        if refusal is not None:
            yield refusal
            return
        started = time.monotonic()
        self._health.set(state="busy")
        while True:
            batch = await job.inbox.get()
            if isinstance(batch, str):
                seconds, patience = time.monotonic() - started, self._settings.kill_after
                yield job.lost(batch, closing=self._closing, patience=patience, seconds=seconds)
                return
            for event in batch:
                yield event
                if isinstance(event, JobFinished):
                    return

    async def _until_ready(self, job: WorkerJob) -> JobFinished | None:
        """Wait for a ready worker; gives the job's end when there will be none."""
        await self.start()
        while True:
            if job.cancelled:
                return JobFinished(outcome="cancelled")
            if self._closing:
                return JobFinished(outcome="lost", problems=(problem("worker.closed"),))
            if self._health.status.state == "ready":
                return None
            if self._health.status.state == "faulty":
                if not self._health.has_rested:
                    told = problem("worker.faulty", reason=self._health.reason)
                    return JobFinished(outcome="failed", problems=(told,))
                self._health.forgive()
            await self._health.next_change()

    def _send(self, job: WorkerJob, request: RunRequest) -> JobFinished | None:
        assert self._process is not None
        try:
            self._process.send_work(run_message(request))
        except WireError as error:
            return JobFinished(outcome="failed", problems=(problem("job.not_sendable", reason=str(error)),))
        job.sent = True
        job.last_heard = time.monotonic()
        return None

    def _ask_to_stop(self, job: WorkerJob) -> None:
        if job.cancelled:
            return
        job.cancelled = True
        if not job.sent or self._process is None:
            self._health.wake()
            return
        self._process.send_control({"type": "cancel", "job_id": job.id})
        watch = job.see_it_stop(self._process, self._settings.kill_after, self._logger)
        task = asyncio.create_task(watch, name="cancel watch")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # The process behind it

    async def _supervise(self) -> None:
        while not self._closing:
            try:
                how = await self._one_life()
            except OSError as error:
                how = f"it cannot be started: {error}"
            if self._closing:
                break
            if self._asked_to_end:
                self._asked_to_end = False
                self._logger.info("The worker starts again, as it was asked to.")
                continue
            self._logger.error("The worker ended (%s).", how)
            self._health.note_death(how)
            restarts = self._health.status.restarts + 1
            if self._health.dies_too_often:
                self._health.set(state="faulty", pid=None, restarts=restarts)
                while not self._closing and self._health.dies_too_often:
                    await self._health.next_change()
            self._health.set(state="restarting", pid=None, restarts=restarts)

    async def _one_life(self) -> str:
        self._process = await WorkerProcess.spawn(self._settings, self._logger)
        if self._closing:
            self._process.kill()  # who closed saw no process to stop
        self._health.set(pid=self._process.pid)
        how = "it was stopped"
        self._signs = SignsOfLife(self._settings.hung_after)
        watch = asyncio.create_task(self._see_it_live(self._signs, self._process), name="signs of life")
        try:
            how = await self._process.watch(self._on_work, self._on_control)
        finally:
            watch.cancel()
            self._process = None
            job = self._job
            if job is not None and job.sent and not job.ended:
                job.ended = True
                if not job.abandoned:
                    await job.inbox.put(self._health.stated or how)
        return how

    async def _see_it_live(self, signs: SignsOfLife, process: WorkerProcess) -> None:
        await signs.silence()
        self._health.stated = f"it gave no sign of life for {self._settings.hung_after:g} seconds and was ended"
        self._logger.error("The worker hangs; ending it.")
        process.kill()

    def _on_work(self, message: dict[str, Any]) -> Any:
        kind = message["type"]
        if kind == "events":
            return self._take_events(message)
        if kind == "ready":
            if message["protocol"] != PROTOCOL:
                self._health.stated = f"it speaks protocol {message['protocol']}, the server {PROTOCOL}"
                assert self._process is not None
                self._process.kill()
                return None
            self._catalogue = catalogue_from_json(message["catalogue"])
            self._revision = message["revision"]
            self._health.set_device(message)
            if not self._asked_to_end:
                self._health.set(state="ready")
        elif kind == "unable":
            self._health.cannot_start(message["reason"])
        return None

    async def _take_events(self, message: dict[str, Any]) -> None:
        job = self._job
        if job is None or job.id != message["job_id"]:
            return
        job.last_heard = time.monotonic()
        events = [event_from_json(item) for item in message["events"]]
        if isinstance(events[-1], JobFinished):
            job.ended = True
            self._health.set(state="ready")
        if not job.abandoned:
            await job.inbox.put(events)

    def _on_control(self, message: dict[str, Any]) -> None:
        self._signs.heard()
        if message["type"] == "beat":
            self._health.set_device(message)
        elif message["type"] == "memory":
            self._questions.take(message["id"], message["places"])
        elif message["type"] == "answer":
            self._questions.take(message["id"], message.get("answer"))
        elif message["type"] == "log":
            self._logger.log(message["level"], "%s: %s", message["name"], message["message"])
