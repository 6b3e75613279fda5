"""One job on its way through a worker process: what the worker says of it, and how it is made to stop."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.run_form import graph_to_json
from graph_engine.run.events import Event, JobFinished
from graph_engine.run.executor import RunRequest
from graph_engine.run.worker_process import WorkerProcess
from graph_engine.validate.messages import problem

_MOST_WAITING_BATCHES = 1000
_CANCEL_HARD_FACTOR = 6
"""A node that keeps reporting after a cancellation is killed after this many times the patience."""


@dataclass
class WorkerJob:
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

    def abandon(self) -> None:
        """Nobody listens any more: its remaining events are dropped."""
        self.abandoned = True
        while not self.inbox.empty():
            self.inbox.get_nowait()

    def lost(self, how: str, *, closing: bool, patience: float, seconds: float) -> JobFinished:
        """How the job ended when its worker did; ``how`` is the end of a sentence."""
        if closing:
            return JobFinished(outcome="lost", problems=(problem("worker.closed"),), seconds=seconds)
        if self.killed:
            told = problem("worker.silent", severity="warning", seconds=patience)
            return JobFinished(outcome="cancelled", problems=(told,), seconds=seconds)
        return JobFinished(outcome="lost", problems=(problem("worker.died", how=how),), seconds=seconds)

    async def see_it_stop(self, process: WorkerProcess, patience: float, logger: logging.Logger) -> None:
        """After a cancellation: kill ``process`` when the job stays silent for ``patience`` seconds."""
        asked = time.monotonic()
        while not self.ended and process.is_running:
            now = time.monotonic()
            silent = now - max(asked, self.last_heard)
            if silent > patience or now - asked > patience * _CANCEL_HARD_FACTOR:
                logger.warning("Job %s did not stop after %.1f s; ending the worker.", self.id, now - asked)
                self.killed = True
                process.kill()
                return
            await asyncio.sleep(min(0.1, patience / 10))


def run_message(request: RunRequest) -> dict[str, Any]:
    """What a worker is sent to run a job."""
    return {
        "type": "run",
        "job_id": request.job_id,
        "graph": graph_to_json(request.graph),
        "targets": None if request.targets is None else list(request.targets),
        "metadata": dict(request.metadata),
    }
