"""A server's life: listen first, then open the database and the worker, stop in good order."""

import asyncio
import contextlib
import logging
import shutil
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from aiohttp import web

from graph_engine.jobs.job import Job
from graph_engine.run.executor import ExecutorStatus
from web.server.app import AddRoutes, create_app
from web.server.dispatcher import Dispatcher
from web.server.gate.connections import ConnectionWatch
from web.server.persistence.event_store import DatabasePictureStore
from web.server.persistence.job_store import DatabaseJobStore
from web.server.services import Services

log = logging.getLogger(__name__)

WATCH_SECONDS = 0.5
FIRST_PAGE_SECONDS = 0.1
CLOSE_SECONDS = 3.0


class Server:
    """One server. :meth:`start` answers when it listens; :meth:`stop` within ten seconds."""

    def __init__(
        self,
        services: Services,
        dispatcher: Dispatcher,
        store: DatabaseJobStore,
        pictures: DatabasePictureStore,
        more: Iterable[AddRoutes] = (),
    ) -> None:
        limits = services.settings.limits
        self._services = services
        self._dispatcher = dispatcher
        self._store = store
        self._pictures = pictures
        self._watch = ConnectionWatch(limits.connections, limits.header_seconds)
        self._runner = web.AppRunner(
            create_app(services, self._watch, more),
            access_log=None,
            keepalive_timeout=75,
            auto_decompress=False,
            shutdown_timeout=1.0,
        )
        self._listening: list[asyncio.Server] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with the reason when the server cannot go on (a database that must not be touched)."""

    async def start(self, sockets: Sequence[socket.socket], tls: ssl.SSLContext | None = None) -> None:
        """Listen on these sockets, then begin everything else without waiting for it."""
        loop = asyncio.get_running_loop()
        # Asked of the database before anybody can ask anything else: nobody sees a job run that does not.
        recover = self._store.recover(at=time.time(), requeue_lost=self._services.settings.requeue_lost)
        recovering = loop.create_task(recover, name="recover")
        await self._runner.setup()
        inner = self._runner.server
        assert inner is not None
        for item in sockets:
            server = await loop.create_server(self._watch.factory(inner), sock=item, ssl=tls, backlog=256)
            self._listening.append(server)
        self._tasks = [
            loop.create_task(self._begin(recovering), name="begin"),
            loop.create_task(self._follow_worker(), name="follow worker"),
        ]

    async def stop(self) -> None:
        """Take no more requests, put the running job back, and close everything."""
        for server in self._listening:
            server.close()
        for task in self._tasks:
            task.cancel()
        services = self._services
        with contextlib.suppress(Exception):
            await self._dispatcher.stop()
        with contextlib.suppress(Exception):
            await services.webhooks.stop()
        with contextlib.suppress(Exception):
            await services.gallery.stop()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_SECONDS):
                await services.executor.close()
        with contextlib.suppress(Exception):
            await services.hub.close()
        await self._runner.cleanup()
        await services.database.close()

    async def _begin(self, recovering: "asyncio.Task[tuple[list[Job], list[Job]]]") -> None:
        services = self._services
        # A browser that waits for the page gets it before two imports of a second each compete for the processor.
        await asyncio.sleep(FIRST_PAGE_SECONDS)
        services.database.open()
        try:
            await services.database.ready()
            lost, again = await recovering
        except Exception as failure:
            recovering.cancel()
            if not self.failed.done():
                self.failed.set_exception(failure)
            return
        await services.hub.begin()
        self._tell_recovered(lost, again)
        if services.settings.start_paused:
            await services.jobs.pause(True)
        else:
            await services.jobs.load_pause()
        await self._pictures.forget_temporary()
        await asyncio.to_thread(_empty, services.folders.temp)
        self._dispatcher.start()
        services.webhooks.start()
        services.gallery.start()

    def _tell_recovered(self, lost: Iterable[Job], again: Iterable[Job]) -> None:
        for job in lost:
            log.warning("Job %s ran when the server last stopped; it counts as lost.", job.id)
            problems = [problem.to_json() for problem in job.problems]
            self._services.hub.publish(
                job.id, {"type": "job.finished", "outcome": "lost", "problems": problems, "seconds": 0.0}
            )
        for job in again:
            log.warning("Job %s ran when the server last stopped; it waits again.", job.id)
            self._services.hub.publish(job.id, {"type": "job.requeued"})

    async def _follow_worker(self) -> None:
        """Tell how the worker is, and learn its node types each time it has started."""
        services = self._services
        await asyncio.sleep(FIRST_PAGE_SECONDS)
        await services.executor.start()
        told: ExecutorStatus | None = None
        learning: asyncio.Task[None] | None = None
        while True:
            status = services.executor.status()
            if told is None or status.state != told.state:
                problem = status.problem.to_json() if status.problem else None
                services.hub.publish("", {"type": "worker.changed", "state": status.state, "problem": problem})
            if learning is None or status.pid != (told.pid if told else None):
                if learning is not None:
                    learning.cancel()
                learning = asyncio.create_task(self._learn(), name="learn node types")
            told = status
            await asyncio.sleep(WATCH_SECONDS)

    async def _learn(self) -> None:
        try:
            await self._services.node_types.learn()
        except Exception:
            log.exception("The worker's node types could not be read")


def _empty(folder: Path) -> None:
    for item in folder.iterdir() if folder.is_dir() else ():
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item, ignore_errors=True)
        else:
            item.unlink(missing_ok=True)
