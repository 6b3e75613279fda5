"""What is known of a worker: its state, why it died, and whether it dies too often to be started again."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graph_engine.run.executor import ExecutorStatus, WorkerState
from graph_engine.run.worker_settings import WorkerSettings
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem

Listener = Callable[[ExecutorStatus], None]


class WorkerHealth:
    """The latest status of a worker, and a way to wait for the next. ``on_change`` must not block."""

    def __init__(self, settings: WorkerSettings, on_change: Listener | None) -> None:
        self._settings = settings
        self._on_change = on_change
        self._deaths: deque[float] = deque()
        self._changed = asyncio.Event()
        self.status = ExecutorStatus(state="stopped")
        self.reason = ""
        """Why the worker last ended, as the end of a sentence."""
        self.stated = ""
        """What was found wrong with the worker in this life, before it ended."""

    @property
    def problem(self) -> Problem | None:
        """Why the worker is not well, or None."""
        match self.status.state:
            case "faulty":
                return problem("worker.faulty", reason=self.reason)
            case "restarting":
                return problem("worker.died", how=self.reason) if self.reason else None
            case _:
                return None

    @property
    def dies_too_often(self) -> bool:
        """Whether it died more often within the window than it may."""
        return len(self._deaths) > self._settings.restarts

    @property
    def has_rested(self) -> bool:
        """Whether its last death is so long ago that another start is worth a try."""
        return bool(self._deaths) and time.monotonic() - self._deaths[-1] >= self._settings.restart_window

    def note_death(self, how: str) -> None:
        """The process ended by itself."""
        self.reason, self.stated = self.stated or how, ""
        self._deaths.append(time.monotonic())
        while self._deaths and self._deaths[0] < time.monotonic() - self._settings.restart_window:
            self._deaths.popleft()

    def cannot_start(self, reason: str) -> None:
        """What stops a worker from starting will stop the next one too."""
        self.stated = reason
        self._deaths.extend([time.monotonic()] * self._settings.restarts)

    def forgive(self) -> None:
        """Let it try again."""
        self._deaths.clear()
        self.wake()

    def set(self, state: WorkerState | None = None, **changes: Any) -> None:
        """Note a change and tell those who wait."""
        if state is not None:
            changes["state"] = state
        self.status = replace(self.status, **changes)
        self.status = replace(self.status, problem=self.problem)
        self.wake()
        if self._on_change is not None:
            self._on_change(self.status)

    def set_device(self, message: dict[str, Any]) -> None:
        """Note what the worker reports of its device; wakes nobody."""
        self.status = replace(
            self.status,
            device=message["device"],
            versions=message["versions"],
            device_memory_total=message["total"],
            device_memory_free=message["free"],
            device_memory_held=message["held"],
        )

    def wake(self) -> None:
        """Let everyone who waits look again."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def next_change(self) -> None:
        """Wait for the next change."""
        await self._changed.wait()
