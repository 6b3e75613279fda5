"""Tells how many jobs wait and run, once for a burst of changes."""

import asyncio

from graph_engine.jobs.store import JobStore
from web.server.events.hub import EventHub

NEWS_SECONDS = 0.03
"""Changes that follow each other faster than this are told once."""


class QueueNews:
    """Publishes ``queue.changed``. For one event loop."""

    def __init__(self, store: JobStore, hub: EventHub) -> None:
        self._store = store
        self._hub = hub
        self._timer: asyncio.TimerHandle | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self.paused = False

    def changed(self) -> None:
        """Something changed: tell soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(NEWS_SECONDS, self._tell_soon)

    def close(self) -> None:
        """Tell nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def _tell_soon(self) -> None:
        self._timer = None
        task = asyncio.get_running_loop().create_task(self._tell())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self) -> None:
        counts = await self._store.counts()
        event = {"type": "queue.changed", "queued": counts.queued, "running": counts.running, "paused": self.paused}
        self._hub.publish("", event)
