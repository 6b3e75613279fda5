"""The executor behind the server: a worker process, started, watched, restarted."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from graph_engine.document.run_form import graph_to_json
from graph_engine.run.events import Event, JobFinished, event_from_json
from graph_engine.run.executor import ExecutorStatus, RunRequest, WorkerState
from graph_engine.run.wire import PROTOCOL, WireError
from graph_engine.run.worker_process import WorkerProcess
from graph_engine.run.worker_settings import WorkerSettings
from graph_engine.spec.json import catalogue_from_json
from graph_engine.spec.node import Catalogue
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem, ProblemError

_MOST_WAITING_BATCHES = 1000
_CANCEL_HARD_FACTOR = 6
"""A node that keeps reporting after a cancellation is killed after this many times the patience."""

Listener = Callable[[ExecutorStatus], None]


@dataclass
class _Job:
    """A job on its way through the worker. A text in ``inbox`` says how the worker ended.

    ``ended``: the worker is done with it, or dead. ``abandoned``: nobody reads ``inbox`` any more.
    """

    id: str
    inbox: "asyncio.Queue[list[Event] | str]" = field(
        default_factory=lambda: asyncio.Queue[list[Event] | str](_MOST_WAITING_BATCHES)
    )
    sent: bool = False
    cancelled: bool = False
    killed: bool = False
    ended: bool = False
    abandoned: bool = False
    last_heard: float = 0.0


class WorkerExecutor:
    """Implements :class:`graph_engine.run.executor.Executor` with one worker process. For one event loop.

    ``on_change`` is called after every change of state or of the catalogue; it must not block.
    """

    def __init__(
        self, settings: WorkerSettings, *, on_change: Listener | None = None, logger: logging.Logger | None = None
    ) -> None:
        self._settings = settings
        self._on_change = on_change
        self._logger = logger or logging.getLogger("noiseloom.worker")
        self._status = ExecutorStatus(state="stopped")
        self._catalogue: Catalogue | None = None
        self._revision = ""
        self._reason = ""
        self._deaths: deque[float] = deque()
        self._process: WorkerProcess | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._job: _Job | None = None
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    @property
    def revision(self) -> str:
        """The revision of the live catalogue; empty until the worker has reported it."""
        return self._revision

    @property
    def problem(self) -> Problem | None:
        """Why the worker is faulty, or None."""
        return problem("worker.faulty", reason=self._reason) if self._status.state == "faulty" else None

    async def start(self) -> None:
        """Begin to start the worker; does not wait for it."""
        if self._supervisor is None and not self._closing:
            self._set(state="starting")
            self._supervisor = asyncio.create_task(self._supervise(), name="worker supervisor")

    def status(self) -> ExecutorStatus:
        """The latest known state, at once."""
        return self._status

    async def catalogue(self) -> Catalogue:
        """The live catalogue; waits for the worker's first report. Raises ProblemError when it cannot start."""
        await self.start()
        while self._catalogue is None:
            if self._status.state in ("faulty", "stopped"):
                raise ProblemError([self.problem or problem("worker.closed")])
            await self._next_change()
        return self._catalogue

    async def run(self, request: RunRequest) -> AsyncIterator[Event]:
        """See Executor.run. Jobs take turns; leaving the iteration early cancels the job."""
        job = _Job(request.job_id)
        async with self._turn:
            while self._job is not None and not self._job.ended:
                await self._next_change()  # an abandoned job is still stopping
            self._job = job
            try:
                async for event in self._events(job, request):
                    yield event
            finally:
                if job.sent and not job.ended:
                    self._abandon(job)
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

    async def close(self) -> None:
        """Stop the worker and give up its job, within seconds."""
        self._closing = True
        if self._process is not None:
            await self._process.stop(self._settings.close_after)
        if self._supervisor is not None:
            self._wake_waiters()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._supervisor), 5)
            self._supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervisor
        for task in self._tasks:
            task.cancel()
        self._set(state="stopped", pid=None)

    # A job's way through the worker

    async def _events(self, job: _Job, request: RunRequest) -> AsyncIterator[Event]:
        refusal = await self._until_ready(job)
        if refusal is None:
            refusal = self._send(job, request)
        if refusal is not None:
            yield refusal
            return
        started = time.monotonic()
        self._set(state="busy")
        while True:
            batch = await job.inbox.get()
            if isinstance(batch, str):
                yield self._lost(job, batch, time.monotonic() - started)
                return
            for event in batch:
                yield event
                if isinstance(event, JobFinished):
                    return

    async def _until_ready(self, job: _Job) -> JobFinished | None:
        """Wait for a ready worker; gives the job's end when there will be none."""
        await self.start()
        while True:
            if job.cancelled:
                return JobFinished(outcome="cancelled")
            if self._closing:
                return JobFinished(outcome="lost", problems=(problem("worker.closed"),))
            if self._status.state == "ready":
                return None
            if self._status.state == "faulty":
                if not self._rested():
                    return JobFinished(outcome="failed", problems=(problem("worker.faulty", reason=self._reason),))
                self._deaths.clear()
                self._wake_waiters()
            await self._next_change()

    def _send(self, job: _Job, request: RunRequest) -> JobFinished | None:
        assert self._process is not None
        message = {
            "type": "run",
            "job_id": request.job_id,
            "graph": graph_to_json(request.graph),
            "targets": None if request.targets is None else list(request.targets),
            "metadata": dict(request.metadata),
        }
        try:
            self._process.send_work(message)
        except WireError as error:
            return JobFinished(outcome="failed", problems=(problem("job.not_sendable", reason=str(error)),))
        job.sent = True
        job.last_heard = time.monotonic()
        return None

    def _lost(self, job: _Job, how: str, seconds: float) -> JobFinished:
        if self._closing:
            return JobFinished(outcome="lost", problems=(problem("worker.closed"),), seconds=seconds)
        if job.killed:
            told = problem("worker.silent", severity="warning", seconds=self._settings.kill_after)
            return JobFinished(outcome="cancelled", problems=(told,), seconds=seconds)
        return JobFinished(outcome="lost", problems=(problem("worker.died", how=how),), seconds=seconds)

    def _abandon(self, job: _Job) -> None:
        """Nobody listens any more: the job is stopped, and its remaining events are dropped."""
        job.abandoned = True
        while not job.inbox.empty():
            job.inbox.get_nowait()
        self._ask_to_stop(job)

    def _ask_to_stop(self, job: _Job) -> None:
        if job.cancelled:
            return
        job.cancelled = True
        if not job.sent or self._process is None:
            self._wake_waiters()
            return
        self._process.send_control({"type": "cancel", "job_id": job.id})
        task = asyncio.create_task(self._see_it_stop(job, self._process), name="cancel watch")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _see_it_stop(self, job: _Job, process: WorkerProcess) -> None:
        asked = time.monotonic()
        patience = self._settings.kill_after
        while not job.ended and self._process is process:
            now = time.monotonic()
            silent = now - max(asked, job.last_heard)
            if silent > patience or now - asked > patience * _CANCEL_HARD_FACTOR:
                self._logger.warning("Job %s did not stop after %.1f s; ending the worker.", job.id, now - asked)
                job.killed = True
                process.kill()
                return
            await asyncio.sleep(min(0.1, patience / 10))

    # The process behind it

    async def _supervise(self) -> None:
        while not self._closing:
            try:
                how = await self._one_life()
            except OSError as error:
                how = f"it cannot be started: {error}"
            if self._closing:
                break
            self._logger.error("The worker ended (%s).", how)
            self._reason = self._reason or how
            self._deaths.append(time.monotonic())
            while self._deaths and self._deaths[0] < time.monotonic() - self._settings.restart_window:
                self._deaths.popleft()
            restarts = self._status.restarts + 1
            if len(self._deaths) > self._settings.restarts:
                self._set(state="faulty", pid=None, restarts=restarts)
                while not self._closing and len(self._deaths) > self._settings.restarts:
                    await self._next_change()
            self._set(state="restarting", pid=None, restarts=restarts)

    async def _one_life(self) -> str:
        self._reason = ""
        self._process = await WorkerProcess.spawn(self._settings, self._logger)
        self._set(pid=self._process.pid)
        how = "it was stopped"
        try:
            how = await self._process.watch(self._on_work, self._on_control)
        finally:
            self._process = None
            job = self._job
            if job is not None and job.sent and not job.ended:
                job.ended = True
                if not job.abandoned:
                    await job.inbox.put(self._reason or how)
        return how

    def _on_work(self, message: dict[str, Any]) -> Any:
        kind = message["type"]
        if kind == "events":
            return self._take_events(message)
        if kind == "ready":
            if message["protocol"] != PROTOCOL:
                self._reason = f"it speaks protocol {message['protocol']}, the server {PROTOCOL}"
                assert self._process is not None
                self._process.kill()
                return None
            self._catalogue = catalogue_from_json(message["catalogue"])
            self._revision = message["revision"]
            self._set(state="ready", **_device_fields(message))
        elif kind == "unable":
            # What stops a worker from starting will stop the next one too.
            self._reason = message["reason"]
            self._deaths.extend([time.monotonic()] * self._settings.restarts)
        return None

    async def _take_events(self, message: dict[str, Any]) -> None:
        job = self._job
        if job is None or job.id != message["job_id"]:
            return
        job.last_heard = time.monotonic()
        events = [event_from_json(item) for item in message["events"]]
        if isinstance(events[-1], JobFinished):
            job.ended = True
            self._set(state="ready")
        if not job.abandoned:
            await job.inbox.put(events)

    def _on_control(self, message: dict[str, Any]) -> None:
        if message["type"] == "beat":
            self._status = replace(self._status, **_device_fields(message))
        elif message["type"] == "log":
            self._logger.log(message["level"], "%s: %s", message["name"], message["message"])

    # State and those who wait for it

    def _rested(self) -> bool:
        return bool(self._deaths) and time.monotonic() - self._deaths[-1] >= self._settings.restart_window

    def _set(self, state: WorkerState | None = None, **changes: Any) -> None:
        if state is not None:
            changes["state"] = state
        self._status = replace(self._status, **changes)
        self._wake_waiters()
        if self._on_change is not None:
            self._on_change(self._status)

    def _wake_waiters(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _next_change(self) -> None:
        await self._changed.wait()


def _device_fields(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "device": message["device"],
        "versions": message["versions"],
        "device_memory_total": message["total"],
        "device_memory_free": message["free"],
        "device_memory_held": message["held"],
    }
