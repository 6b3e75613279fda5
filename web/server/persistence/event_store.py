"""``EventStore`` and ``PictureStore`` on the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph_engine.jobs.picture import Picture
from web.server.events.record import EventRecord
from web.server.persistence.database import Database


@dataclass(frozen=True)
class DatabaseEventStore:
    """Events in the table ``events``; implements ``web.server.events.hub.EventStore``."""

    database: Database

    async def last_seq(self) -> int:
        """The highest stored place in the sequence."""
        return await self.database.read(lambda connection: _rows().last_seq(connection))

    async def store(self, records: Sequence[EventRecord]) -> None:
        """Write events in one commit."""
        await self.database.write(lambda connection: _rows().store(connection, records))

    async def between(self, after: int, upto: int, limit: int) -> list[EventRecord]:
        """Stored events with ``after`` < seq ≤ ``upto``."""
        return await self.database.read(lambda connection: _rows().between(connection, after, upto, limit))

    async def of_job(self, job_id: str, after: int, limit: int) -> list[EventRecord]:
        """A job's stored events behind ``after``."""
        return await self.database.read(lambda connection: _rows().of_job(connection, job_id, after, limit))

    async def prune(self, keep: int, most: int) -> int:
        """Delete the oldest events beyond the newest ``keep``, at most ``most`` at a time; answers how many."""
        return await self.database.write(lambda connection: _rows().prune(connection, keep, most))


@dataclass(frozen=True)
class DatabasePictureStore:
    """Pictures in the table ``images``; implements ``web.server.pictures.PictureStore``."""

    database: Database

    async def page(self, *, limit: int, before: int | None, words: Sequence[str] = ()) -> tuple[Picture, ...]:
        """Pictures, newest first."""
        return tuple(
            await self.database.read(lambda connection: _rows().picture_page(connection, limit, before, words))
        )

    async def forget_temporary(self) -> None:
        """Drop pictures of the temporary folder."""
        await self.database.write(lambda connection: _rows().forget_temporary(connection))


def _rows():  # noqa: ANN202 - a module's type has no name
    from web.server.persistence import event_rows

    return event_rows
