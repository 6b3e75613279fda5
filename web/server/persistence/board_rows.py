"""Boards as rows: synchronous functions for the database thread."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from web.server.gallery.record import KEPT, BoardRecord
from web.server.persistence.tables import board_pictures, boards, pictures

CHUNK = 500
APART = 1 << 20
"""Room between two pictures of a board, for others to be put between them."""


def all_boards(connection: Connection) -> list[BoardRecord]:
    """Every board in order, with how many pictures it holds and the one that stands first."""
    kept = select(
        board_pictures.c.board_id, func.count().label("pictures"), func.max(board_pictures.c.position).label("top")
    )
    kept = kept.join(pictures, pictures.c.id == board_pictures.c.picture_id).where(pictures.c.bin == KEPT)
    counted = kept.group_by(board_pictures.c.board_id).subquery()
    first = board_pictures.alias("first")
    query = (
        select(boards.c.id, boards.c.title, boards.c.position, counted.c.pictures, first.c.picture_id)
        .outerjoin(counted, counted.c.board_id == boards.c.id)
        .outerjoin(first, (first.c.board_id == boards.c.id) & (first.c.position == counted.c.top))
        .order_by(boards.c.position, boards.c.created)
    )
    return [
        BoardRecord(id=row[0], title=row[1], position=row[2], pictures=row[3] or 0, cover=row[4])
        for row in connection.execute(query)
    ]


def boards_of(connection: Connection, picture_id: int) -> list[str]:
    """The ids of the boards that a picture is on."""
    query = select(board_pictures.c.board_id).where(board_pictures.c.picture_id == picture_id)
    return [row[0] for row in connection.execute(query)]


def add_board(connection: Connection, board_id: str, title: str, at: float) -> BoardRecord:
    """A new board, last in the order."""
    last = connection.execute(select(func.max(boards.c.position))).scalar()
    position = 0.0 if last is None else last + 1.0
    values = {"id": board_id, "title": title, "position": position, "created": at}
    connection.execute(insert(boards), values)
    return BoardRecord(id=board_id, title=title, position=position)


def change_board(connection: Connection, board_id: str, title: str | None, before: str | None) -> bool:
    """Rename a board, or put it before another one (``""``: last). False when there is no such board."""
    order = [row[0] for row in connection.execute(select(boards.c.id).order_by(boards.c.position, boards.c.created))]
    if board_id not in order:
        return False
    if title is not None:
        connection.execute(update(boards).where(boards.c.id == board_id).values(title=title))
    if before is not None and before != board_id:
        order.remove(board_id)
        order.insert(order.index(before) if before in order else len(order), board_id)
        for position, item in enumerate(order):
            connection.execute(update(boards).where(boards.c.id == item).values(position=float(position)))
    return True


def delete_board(connection: Connection, board_id: str) -> list[int] | None:
    """Delete a board, none of its pictures; answers their ids in order, None when there is no such board."""
    query = select(board_pictures.c.picture_id).where(board_pictures.c.board_id == board_id)
    held = [row[0] for row in connection.execute(query.order_by(board_pictures.c.position.desc()))]
    connection.execute(delete(board_pictures).where(board_pictures.c.board_id == board_id))
    gone = connection.execute(delete(boards).where(boards.c.id == board_id)).rowcount
    return held if gone else None


def put_on_board(connection: Connection, board_id: str, ids: Sequence[int]) -> int | None:
    """Put pictures on top of a board, the first of ``ids`` topmost; answers how many were not there yet."""
    if connection.execute(select(boards.c.id).where(boards.c.id == board_id)).first() is None:
        return None
    there: set[int] = set()
    known: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        held = select(board_pictures.c.picture_id).where(board_pictures.c.board_id == board_id)
        there |= {row[0] for row in connection.execute(held.where(board_pictures.c.picture_id.in_(part)))}
        known |= {row[0] for row in connection.execute(select(pictures.c.id).where(pictures.c.id.in_(part)))}
    top = select(func.max(board_pictures.c.position)).where(board_pictures.c.board_id == board_id)
    position = connection.execute(top).scalar() or 0
    fresh = [number for number in dict.fromkeys(ids) if number in known and number not in there]
    rows = [
        {"board_id": board_id, "picture_id": number, "position": position + APART * (len(fresh) - index)}
        for index, number in enumerate(fresh)
    ]
    if rows:
        connection.execute(insert(board_pictures), rows)
    return len(rows)


def take_off_board(connection: Connection, board_id: str, ids: Sequence[int]) -> int:
    """Take pictures off a board; answers how many were on it."""
    taken = 0
    for start in range(0, len(ids), CHUNK):
        gone = delete(board_pictures).where(board_pictures.c.board_id == board_id)
        taken += connection.execute(gone.where(board_pictures.c.picture_id.in_(ids[start : start + CHUNK]))).rowcount
    return taken


def move_on_board(connection: Connection, board_id: str, picture_id: int, before: int | None) -> bool:
    """Put a picture right before another one of its board, or last. False when one of them is not on it."""
    places = select(board_pictures.c.picture_id, board_pictures.c.position).where(board_pictures.c.board_id == board_id)
    wanted = {picture_id} if before is None else {picture_id, before}
    held = {row[0]: row[1] for row in connection.execute(places.where(board_pictures.c.picture_id.in_(wanted)))}
    if held.keys() != wanted:
        return False
    if before == picture_id:
        return True
    below = 0 if before is None else held[before]
    above = select(func.min(board_pictures.c.position)).where(
        board_pictures.c.board_id == board_id,
        board_pictures.c.picture_id != picture_id,
        board_pictures.c.position > below,
    )
    upper: int | None = connection.execute(above).scalar()
    if upper is not None and upper - below < 2:
        _spread_out(connection, board_id)
        return move_on_board(connection, board_id, picture_id, before)
    position = below + APART if upper is None else (below + upper) // 2
    change = update(board_pictures).where(board_pictures.c.board_id == board_id)
    connection.execute(change.where(board_pictures.c.picture_id == picture_id).values(position=position))
    return True


def _spread_out(connection: Connection, board_id: str) -> None:
    """Give the pictures of a board room between them again; their order stays."""
    query = select(board_pictures.c.picture_id).where(board_pictures.c.board_id == board_id)
    order = [row[0] for row in connection.execute(query.order_by(board_pictures.c.position))]
    change = update(board_pictures).where(
        board_pictures.c.board_id == board_id, board_pictures.c.picture_id == bindparam("picture")
    )
    rows = [{"picture": number, "position": APART * index} for index, number in enumerate(order, start=1)]
    connection.execute(change, rows)
