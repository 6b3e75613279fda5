"""One watcher's share of the events: a bounded buffer, previews latest-only, never a wait for the one who publishes."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from web.server.events.record import EventRecord, PreviewFrame


@dataclass(frozen=True)
class Batch:
    """What came since the last look: every event in order, and the latest preview of each node."""

    records: list[EventRecord]
    previews: list[PreviewFrame]


class Subscription:
    """Events for one watcher. States are never dropped: a watcher whose buffer overflows is let go and may resume.

    Of a node's previews it takes one every ``preview_seconds`` at most; None: it wants none.
    """

    def __init__(
        self, limit: int, forget: "Callable[[Subscription], None]", preview_seconds: float | None = 0.0
    ) -> None:
        self._limit = limit
        self._forget = forget
        self._records: deque[EventRecord] = deque()
        self._bytes = 0
        self._previews: dict[tuple[str, str], PreviewFrame] = {}
        self._preview_seconds = preview_seconds
        self._taken: dict[tuple[str, str], float] = {}
        self._news = asyncio.Event()
        self.overflowed = False
        self.closed = False

    def offer(self, record: EventRecord) -> None:
        """Buffer an event; on overflow the subscription closes itself."""
        if self.closed:
            return
        self._records.append(record)
        self._bytes += len(record.text)
        if self._bytes > self._limit:
            self.overflowed = True
            self.close()
        self._news.set()

    def offer_preview(self, frame: PreviewFrame) -> None:
        """Keep the latest preview of this node, unless the watcher had one of it just now."""
        if self._preview_seconds is None:
            return
        key, now = (frame.job_id, frame.node), time.monotonic()
        if self._preview_seconds > 0:
            if now - self._taken.get(key, -self._preview_seconds) < self._preview_seconds:
                return
            # What an earlier job was shown is of no use to the next.
            self._taken = {seen: at for seen, at in self._taken.items() if seen[0] == frame.job_id} | {key: now}
        self._previews[key] = frame
        self._news.set()

    async def next(self) -> Batch | None:
        """Wait for news; None when closed."""
        while not self._records and not self._previews:
            if self.closed:
                return None
            self._news.clear()
            await self._news.wait()
        if self.overflowed:
            return None
        records, self._records = list(self._records), deque()
        previews, self._previews = list(self._previews.values()), {}
        self._bytes = 0
        return Batch(records, previews)

    def close(self) -> None:
        """Stop watching; wakes :meth:`next`."""
        self.closed = True
        self._forget(self)
        self._news.set()
