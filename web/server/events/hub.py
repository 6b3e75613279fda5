"""The hub: numbers what happens, hands it to every watcher without waiting for any, stores it in batches."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from web.server.events.record import EventRecord, PreviewFrame
from web.server.events.subscription import Subscription

log = logging.getLogger(__name__)

RING = 4096
"""How many of the last events are at hand without asking the store."""
FLUSH_SECONDS = 0.25
PENDING_LIMIT = 20_000
PAGE = 1000
KEPT = 200_000
"""How many stored events are kept; the oldest go first."""
PRUNE_AFTER = 2000
PRUNE_AT_ONCE = 10_000
SEQ_STEP = 10_000
"""A start begins at the next multiple of this: numbers given to events that are never stored are not given twice."""

KEPT_PREVIEWS = 32
"""How many previews of running jobs are at hand for who comes late: the latest of a node, those told last."""

TRANSIENT = frozenset(
    {"queue.changed", "worker.changed", "nodes.changed", "job.deleted", "pictures.changed", "library.changed"}
)
"""Events that only matter now; they are not stored."""


class EventStore(Protocol):
    """Where events are kept."""

    async def last_seq(self) -> int:
        """The highest stored place in the sequence."""
        ...

    async def store(self, records: Sequence[EventRecord]) -> None:
        """Write events in one commit."""
        ...

    async def prune(self, keep: int, most: int) -> int:
        """Delete the oldest events beyond the newest ``keep``, at most ``most`` at a time; answers how many."""
        ...

    async def between(self, after: int, upto: int, limit: int) -> list[EventRecord]:
        """Stored events with ``after`` < seq ≤ ``upto``."""
        ...

    async def of_job(self, job_id: str, after: int, limit: int) -> list[EventRecord]:
        """A job's stored events behind ``after``."""
        ...


class EventHub:
    """One sequence of events for the whole server. Used from the event loop only."""

    def __init__(self, store: EventStore, client_buffer: int) -> None:
        self._store = store
        self._client_buffer = client_buffer
        self._seq: int | None = None
        self._early: list[tuple[str, Mapping[str, Any]]] = []
        self._ring: deque[EventRecord] = deque(maxlen=RING)
        self._pending: list[EventRecord] = []
        self._flushing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._watchers: set[Subscription] = set()
        self._previews: dict[tuple[str, str], PreviewFrame] = {}
        self._unpruned = PRUNE_AFTER

    @property
    def seq(self) -> int:
        """The place of the latest event."""
        return self._seq or 0

    @property
    def watchers(self) -> int:
        """How many watch now."""
        return len(self._watchers)

    async def begin(self) -> None:
        """Learn where the sequence stands; events published before are numbered now."""
        last = await self._store.last_seq()
        self._seq = (last // SEQ_STEP + 1) * SEQ_STEP
        early, self._early = self._early, []
        for job_id, event in early:
            self.publish(job_id, event)

    def publish(self, job_id: str, event: Mapping[str, Any]) -> None:
        """Tell everyone; never waits. What should be on disk is stored within a quarter of a second."""
        if event["type"] in ("job.finished", "job.requeued"):
            self._previews = {key: frame for key, frame in self._previews.items() if frame.job_id != job_id}
        if self._seq is None:
            self._early.append((job_id, event))
            return
        self._seq += 1
        record = EventRecord(self._seq, job_id, time.time(), event)
        self._ring.append(record)
        for watcher in tuple(self._watchers):  # one whose buffer overflows leaves while we are at it
            watcher.offer(record)
        if event["type"] not in TRANSIENT:
            self._pending.append(record)
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._flush_soon)

    def preview(self, frame: PreviewFrame) -> None:
        """Show a preview to who watches; each watcher keeps only the latest of a node, and we do for who comes late."""
        self._previews.pop((frame.job_id, frame.node), None)
        self._previews[frame.job_id, frame.node] = frame
        if len(self._previews) > KEPT_PREVIEWS:
            del self._previews[next(iter(self._previews))]
        for watcher in self._watchers:
            watcher.offer_preview(frame)

    def subscribe(self, *, late: bool = False, preview_seconds: float | None = 0.0) -> Subscription:
        """Watch from now on; ``late``: first the last previews of running jobs. Close the subscription when done.

        Of a node's previews one comes every ``preview_seconds`` at most; None: none come.
        """
        subscription = Subscription(self._client_buffer, self._watchers.discard, preview_seconds)
        self._watchers.add(subscription)
        for frame in self._previews.values() if late else ():
            subscription.offer_preview(frame)
        return subscription

    async def flush(self) -> None:
        """Store what is pending. Of a node's progress only the last word in a batch is kept."""
        async with self._flushing:
            batch, self._pending = self._pending, []
            if not batch:
                return
            try:
                await self._store.store(_without_stale_progress(batch))
            except Exception as failure:
                # Events are a record, not the truth (jobs are): running goes on, and we try again with what fits.
                log.error("Events could not be stored and will be tried again: %s", failure)
                self._pending = (_without_stale_progress(batch) + self._pending)[-PENDING_LIMIT:]
                if self._timer is None:
                    self._timer = asyncio.get_running_loop().call_later(5, self._flush_soon)
                return
            self._unpruned += len(batch)
            if self._unpruned >= PRUNE_AFTER:
                await self._prune()

    async def _prune(self) -> None:
        self._unpruned = 0
        try:
            await self._store.prune(KEPT, PRUNE_AT_ONCE)
        except Exception as failure:
            log.warning("Old events could not be deleted: %s", failure)

    async def replay(self, after: int, upto: int) -> AsyncIterator[EventRecord]:
        """Everything with ``after`` < seq ≤ ``upto``: from the store as far as memory does not reach."""
        oldest = self._ring[0].seq if self._ring else upto + 1
        if after < oldest - 1:
            await self.flush()
            limit = min(upto, oldest - 1)
            while after < limit:
                page = await self._store.between(after, limit, PAGE)
                for record in page:
                    yield record
                    after = record.seq
                if len(page) < PAGE:
                    break
        for record in list(self._ring):
            if after < record.seq <= upto and record.seq >= oldest:
                yield record

    async def of_job(self, job_id: str, after: int, limit: int) -> list[EventRecord]:
        """A job's events, those not yet stored included."""
        await self.flush()
        return await self._store.of_job(job_id, after, limit)

    async def close(self) -> None:
        """Store what is left and let every watcher go."""
        if self._timer is not None:
            self._timer.cancel()
        for watcher in tuple(self._watchers):
            watcher.close()
        await self.flush()

    def _flush_soon(self) -> None:
        self._timer = None
        task = asyncio.get_running_loop().create_task(self.flush())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _without_stale_progress(batch: Sequence[EventRecord]) -> list[EventRecord]:
    last = {
        (record.job_id, record.event["node"]): record.seq for record in batch if record.event["type"] == "node.progress"
    }
    return [
        record
        for record in batch
        if record.event["type"] != "node.progress" or last[record.job_id, record.event["node"]] == record.seq
    ]
