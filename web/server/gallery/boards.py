"""Boards: pictures that a person put together, in the database."""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from web.server.events.hub import EventHub
from web.server.gallery.record import BoardRecord
from web.server.persistence.database import Database

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")


@dataclass(frozen=True)
class Boards:
    """Reads and changes boards; who watches is told that the gallery changed."""

    database: Database
    hub: EventHub

    async def all(self) -> list[BoardRecord]:
        """Every board in order."""
        return await self.database.read(lambda connection: _rows().all_boards(connection))

    async def of_picture(self, picture_id: int) -> list[str]:
        """The ids of the boards that a picture is on."""
        return await self.database.read(lambda connection: _rows().boards_of(connection, picture_id))

    async def add(self, title: str, ids: Sequence[int]) -> BoardRecord:
        """Make a board with these pictures on it."""
        board_id = uuid.uuid4().hex

        def work(connection: "Connection", rows: Any) -> BoardRecord:
            made = rows.add_board(connection, board_id, title, time.time())
            rows.put_on_board(connection, board_id, ids)
            return made

        return await self._write(work)

    async def change(self, board_id: str, title: str | None, before: str | None) -> bool:
        """Rename or move a board; False when there is no such board."""
        return await self._write(lambda connection, rows: rows.change_board(connection, board_id, title, before))

    async def delete(self, board_id: str) -> list[int] | None:
        """Delete a board; answers the pictures that were on it, None when there is no such board."""
        return await self._write(lambda connection, rows: rows.delete_board(connection, board_id))

    async def put(self, board_id: str, add: Sequence[int], remove: Sequence[int]) -> int | None:
        """Put pictures on a board and take others off; answers how many that changed, None for no such board."""

        def work(connection: "Connection", rows: Any) -> int | None:
            added = rows.put_on_board(connection, board_id, add)
            return None if added is None else added + rows.take_off_board(connection, board_id, remove)

        return await self._write(work)

    async def move(self, board_id: str, picture_id: int, before: int | None) -> bool:
        """Put a picture before another one of its board, or last."""
        return await self._write(lambda connection, rows: rows.move_on_board(connection, board_id, picture_id, before))

    async def _write(self, work: "Callable[[Connection, Any], T]") -> T:
        answer = await self.database.write(lambda connection: work(connection, _rows()))
        self.hub.publish("", {"type": "pictures.changed", "added": []})
        return answer


def _rows():  # noqa: ANN202 - a module's type has no name
    from web.server.persistence import board_rows

    return board_rows
