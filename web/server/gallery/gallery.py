"""The gallery: the pictures of the output folder, kept in step with the folder and with the jobs that fill it."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from graph_engine.files.folders import Folders
from graph_engine.files.jail import PathRefused
from graph_engine.jobs.picture import NewPicture
from web.server.events.hub import EventHub
from web.server.gallery.picture_file import ROOT, read_record, walk
from web.server.gallery.record import GONE, KEPT, NewPictureRecord, PictureRecord
from web.server.gallery.search import PictureSearch
from web.server.gallery.thumbnails import Thumbnails
from web.server.persistence.database import Database
from web.server.run_record import RunRecord

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 100
TRASH_SECONDS = 30 * 86_400.0
UPKEEP_SECONDS = 86_400.0
LATEST_AT_ONCE = 200


@dataclass(frozen=True)
class _Made:
    """Pictures of one job that are not written down yet."""

    job_id: str
    title: str
    graph: Mapping[str, Any]
    pictures: Sequence[NewPicture]


@dataclass
class Gallery:
    """Reads and changes the gallery. :meth:`start` scans the folder and writes down what jobs make from then on."""

    database: Database
    folders: Folders
    hub: EventHub
    thumbnails: Thumbnails
    _made: asyncio.Queue[_Made] = field(default_factory=asyncio.Queue[_Made])
    _tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])
    scanning: bool = False
    """Whether the output folder is being looked through."""

    def start(self) -> None:
        """Begin to scan and to take in pictures."""
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._take_in(), name="gallery intake"),
            loop.create_task(self._look_after(), name="gallery scan"),
        ]

    async def stop(self) -> None:
        """Stop at once; the next start's scan goes on where this one stood."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.thumbnails.close()

    def shown(self, run: RunRecord, pictures: Sequence[NewPicture]) -> None:
        """A job has ended and showed these; they are written down soon. Does not wait."""
        saved = [item for item in pictures if item.root == ROOT]
        if saved:
            self._made.put_nowait(_Made(run.job.id, run.job.title, run.content.graph, saved))

    async def read(self, work: "Callable[[Connection, Any], T]") -> T:
        """Run ``work`` with the connection and the module of picture rows, in the database thread."""
        return await self.database.read(lambda connection: work(connection, _rows()))

    async def write(self, work: "Callable[[Connection, Any], T]", *, tell: bool = True) -> T:
        """As :meth:`read`, for changes; tells who watches."""
        answer = await self.database.write(lambda connection: work(connection, _rows()))
        if tell:
            self.hub.publish("", {"type": "pictures.changed", "added": []})
        return answer

    async def page(
        self, search: PictureSearch, limit: int, before: int | None, after: int | None
    ) -> list[PictureRecord]:
        """See ``picture_rows.page``."""
        return await self.read(lambda connection, rows: rows.page(connection, search, limit, before, after))

    async def delete(self, records: Sequence[PictureRecord]) -> int:
        """Delete files, likenesses and rows for good; what cannot be deleted stays. Answers how many went."""
        gone = await asyncio.to_thread(self._unlink, records)
        await self.write(lambda connection, rows: rows.forget(connection, gone))
        return len(gone)

    async def scan(self) -> int:
        """Bring the database in step with the folder; answers how many pictures were new. May be cancelled anytime."""
        self.scanning = True
        try:
            added = 0
            batches = walk(self.folders.jail, BATCH)
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                added += await self._scan_batch(batch)
            await self._look_for_gone()
            return added
        finally:
            self.scanning = False

    async def _scan_batch(self, batch: Sequence[tuple[str, int, float]]) -> int:
        paths = [path for path, _, _ in batch]
        known = await self.read(lambda connection, rows: rows.known_files(connection, paths))
        new = [
            item
            for item in batch
            if item[0] not in known or known[item[0]][:2] != item[1:] or known[item[0]][2] == GONE
        ]
        if not new:
            return 0
        wanted = [path for path, _, _ in new]
        makers = await self.read(lambda connection, rows: rows.makers(connection, wanted))
        records = await asyncio.to_thread(self._read_all, wanted, makers)
        return len(await self._keep(records))

    async def _keep(self, records: Sequence[NewPictureRecord]) -> list[int]:
        if not records:
            return []
        added = await self.write(lambda connection, rows: rows.keep(connection, records, time.time()), tell=False)
        self.hub.publish("", {"type": "pictures.changed", "added": added[-LATEST_AT_ONCE:]})
        return added

    async def _look_for_gone(self) -> None:
        after = -1
        while rows := await self.read(lambda connection, rows, after=after: rows.paths_behind(connection, after, 500)):
            after = rows[-1][0]
            gone = await asyncio.to_thread(
                self._missing, [(number, path) for number, path, place in rows if place == KEPT]
            )
            if gone:
                await self.write(lambda connection, rows, gone=gone: rows.set_bin(connection, gone, GONE))

    async def _take_in(self) -> None:
        """Write down what jobs made, those of several jobs together when they come faster than the disk is."""
        while True:
            waiting = [await self._made.get()]
            while not self._made.empty() and len(waiting) < BATCH:
                waiting.append(self._made.get_nowait())
            try:
                await self._keep(await asyncio.to_thread(self._read_made, waiting))
            except Exception:
                # The next scan finds them.
                log.exception("Pictures of %d jobs could not be written down", len(waiting))

    async def _look_after(self) -> None:
        while True:
            try:
                await self.scan()
                limit = time.time() - TRASH_SECONDS
                old = await self.read(
                    lambda connection, rows, limit=limit: rows.trashed_before(connection, limit, 10_000)
                )
                if old:
                    await self.delete(old)
                await asyncio.to_thread(self.thumbnails.prune)
            except Exception:
                log.exception("The output folder could not be looked through")
            await asyncio.sleep(UPKEEP_SECONDS)

    def _read_all(self, paths: Sequence[str], makers: Mapping[str, tuple[str, str]]) -> list[NewPictureRecord]:
        found: list[NewPictureRecord] = []
        for path in paths:
            job_id, node = makers.get(path, ("", ""))
            record = read_record(self.folders.jail, path, job_id=job_id, node=node)
            if record is not None:
                found.append(record)
        return found

    def _read_made(self, waiting: Sequence[_Made]) -> list[NewPictureRecord]:
        found: dict[str, NewPictureRecord] = {}
        for made in waiting:
            for item in made.pictures:
                path = f"{item.subfolder}/{item.filename}" if item.subfolder else item.filename
                record = read_record(
                    self.folders.jail,
                    path,
                    job_id=made.job_id,
                    node=item.node,
                    title=made.title,
                    graph=made.graph,
                    blur=True,
                )
                if record is not None:
                    found[path] = record
        return sorted(found.values(), key=lambda record: record.made)

    def _missing(self, pairs: Sequence[tuple[int, str]]) -> list[int]:
        return [number for number, path in pairs if not self.folders.jail.exists(ROOT, path)]

    def _unlink(self, records: Sequence[PictureRecord]) -> list[int]:
        """Delete files; answers the ids of those that are not there afterwards."""
        gone: list[int] = []
        for item in records:
            try:
                self.folders.jail.resolve(ROOT, item.path).unlink(missing_ok=True)
            except PathRefused:
                pass  # It is not there.
            except OSError as failure:
                log.warning("%s could not be deleted: %s", item.path, failure)
                continue
            self.thumbnails.forget(item.path, item.version)
            gone.append(item.id)
        return gone


def _rows():  # noqa: ANN202 - a module's type has no name
    from web.server.persistence import picture_rows

    return picture_rows
