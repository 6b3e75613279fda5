"""Where nodes run that need not hold the device up: threads for files and pictures, an event loop for async nodes."""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

_READERS = 3

Around = Callable[[], AbstractContextManager[Any]]
Done = Callable[[Any, BaseException | None], None]


class Lanes:
    """The lanes of one job beside the device's; threads start when first used. ``around`` wraps what runs in each.

    One thread writes, so that numbered files come in the order in which their nodes became ready; others read.
    """

    def __init__(self, around: Around) -> None:
        self._around = around
        self._pools: dict[bool, ThreadPoolExecutor] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def run_io(self, work: Callable[[], None], *, writes: bool) -> None:
        """Call ``work`` in a thread, in this context. It must not raise."""
        pool = self._pools.get(writes)
        if pool is None:
            name = "writing" if writes else "reading"
            pool = self._pools[writes] = ThreadPoolExecutor(1 if writes else _READERS, thread_name_prefix=name)
        pool.submit(contextvars.copy_context().run, self._within, work)

    def _within(self, work: Callable[[], None]) -> None:
        with self._around():
            work()

    def run_async(self, work: Coroutine[Any, Any, Any], done: Done) -> None:
        """Run a coroutine on the job's event loop, in this context; ``done`` is called there with how it ended."""
        context = contextvars.copy_context()
        self._started_loop().call_soon_threadsafe(self._begin, work, done, context)

    def _begin(self, work: Coroutine[Any, Any, Any], done: Done, context: contextvars.Context) -> None:
        async def run() -> None:
            try:
                result = await work
            except BaseException as error:
                done(None, error)
            else:
                done(result, None)

        assert self._loop is not None
        task = self._loop.create_task(run(), context=context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _started_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._loop_thread = threading.Thread(target=self._serve, args=(self._loop,), name="async", daemon=True)
            self._loop_thread.start()
        return self._loop

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        with self._around():
            loop.run_forever()
            loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def close(self) -> None:
        """Cancel what is async, let threads finish what they are at, and end."""
        if self._loop is not None and self._loop_thread is not None:
            asyncio.run_coroutine_threadsafe(self._cancel_tasks(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop_thread.join()
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)

    async def _cancel_tasks(self) -> None:
        tasks = [task for task in self._tasks if not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
