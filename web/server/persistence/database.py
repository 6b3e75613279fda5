"""One thread that owns the database: it opens it, and every read and write runs there.

The thread starts after the server listens, so that the first page never waits for it; work that is asked for before
the database is open waits in the queue. SQLAlchemy is imported in the thread for the same reason.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from web.server.persistence.failures import DatabaseAway, DatabaseRefused, StorageFull

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from web.server.persistence.opening import OpenDatabase

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 64
"""Writes that wait at the same time share one commit, up to this many."""
IDLE_SECONDS = 30.0


@dataclass
class _Task:
    work: "Callable[[Connection], Any]"
    writes: bool
    future: Future[Any] = field(default_factory=Future[Any])


class Database:
    """The database of one data folder. :meth:`open` once, then :meth:`read` and :meth:`write`, then :meth:`close`."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self._folder = folder
        self._url = url
        self._queue: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._thread: threading.Thread | None = None
        self._refusal: DatabaseRefused | None = None
        self._closed = False
        self.notice = "opening"
        """``opening``, ``ready``, or a sentence about what was moved aside."""

    def open(self) -> None:
        """Start the thread; does not wait."""
        self._thread = threading.Thread(target=self._main, name="database", daemon=True)
        self._thread.start()

    async def ready(self) -> None:
        """Wait until the database is open. Raises :class:`DatabaseRefused`."""
        await asyncio.shield(asyncio.wrap_future(self._opened))

    async def read(self, work: "Callable[[Connection], T]") -> T:
        """Run ``work`` in the database thread and answer its result."""
        return await self._submit(_Task(work, writes=False))

    async def write(self, work: "Callable[[Connection], T]") -> T:
        """Run ``work`` in a transaction; when this returns, it is on disk. Raises :class:`StorageFull`."""
        return await self._submit(_Task(work, writes=True))

    async def close(self) -> None:
        """Finish what was asked for, note the clean stop, and end the thread."""
        self._closed = True
        if self._thread is None:
            return
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join, 10)
        self._thread = None

    async def _submit(self, task: _Task) -> Any:
        if self._refusal is not None:
            raise self._refusal
        if self._closed:
            raise DatabaseRefused("The database is closed.")
        self._queue.put(task)
        return await asyncio.wrap_future(task.future)

    def _main(self) -> None:
        from web.server.persistence.opening import open_database

        try:
            opened = open_database(self._folder, self._url)
        except Exception as failure:
            if not isinstance(failure, DatabaseRefused):
                log.exception("The database could not be opened")
            refusal = failure if isinstance(failure, DatabaseRefused) else DatabaseRefused(str(failure))
            self._refusal = refusal
            self.notice = str(refusal)
            self._opened.set_exception(refusal)
            self._refuse_all(refusal)
            return
        self.notice = opened.notice or "ready"
        self._opened.set_result(None)
        try:
            self._serve(opened)
        finally:
            opened.close()

    def _refuse_all(self, refusal: DatabaseRefused) -> None:
        while (task := self._queue.get()) is not None:
            if task.future.set_running_or_notify_cancel():
                task.future.set_exception(refusal)

    def _serve(self, opened: "OpenDatabase") -> None:
        while True:
            try:
                first = self._queue.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                opened.tidy()
                continue
            batch: list[_Task] = []
            task: _Task | None = first
            while task is not None:
                batch.append(task)
                if len(batch) >= BATCH or self._queue.empty():
                    break
                task = self._queue.get()
            if batch:
                _run_batch(opened, [item for item in batch if item.future.set_running_or_notify_cancel()])
            if task is None:
                return


def _run_batch(opened: "OpenDatabase", batch: list[_Task]) -> None:
    """Run tasks in one transaction; if the disk is full, free the ballast and try them one by one."""
    outcomes: list[tuple[_Task, Any, BaseException | None]] = []
    try:
        with opened.transaction(writes=any(task.writes for task in batch)) as connection:
            # Each of several writes gets a savepoint, so that one that fails does not take the others with it. A read
            # that fails harms nobody, except on PostgreSQL, where any failure ends the transaction.
            many = len(batch) > 1
            for task in batch:
                guarded = connection.begin_nested if many and (task.writes or opened.path is None) else nullcontext
                try:
                    with guarded():
                        outcomes.append((task, task.work(connection), None))
                except Exception as failure:
                    if len(batch) == 1 or opened.is_full(failure) or opened.is_away(failure):
                        raise
                    outcomes.append((task, None, failure))
    except Exception as failure:
        if opened.is_away(failure):
            words = f"The database cannot be reached: {failure}"
            outcomes = [(task, None, DatabaseAway(words.splitlines()[0])) for task in batch]
        elif not opened.is_full(failure):
            outcomes = [(task, None, failure) for task in batch]
        elif len(batch) > 1:
            for task in batch:
                _run_batch(opened, [task])
            return
        elif opened.drop_ballast():
            _run_batch(opened, batch)
            return
        else:
            outcomes = [(batch[0], None, StorageFull(opened.full_sentence()))]
    for task, result, failure in outcomes:
        if failure is None:
            task.future.set_result(result)
        else:
            task.future.set_exception(failure)
