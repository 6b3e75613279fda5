"""Pictures of the gallery as rows: synchronous functions for the database thread. No page is ever reached by counting:
``id`` is the order, and every page begins behind the last picture of the one before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, delete, func, insert, select, update

from web.server.gallery.record import GONE, KEPT, TRASHED, NewPictureRecord, PictureFacts, PictureRecord
from web.server.gallery.search import PictureSearch
from web.server.persistence.picture_words import INDEX, forget_words, index_words, matching, number_column, unwanted
from web.server.persistence.tables import board_pictures, boards, images, pictures

CHUNK = 500
DAY = 86_400_000_000
LARGEST = (1 << 53) - 1
FUTURE = 86_400.0

ADD = insert(pictures)
TAKEN = select(pictures.c.id).where(pictures.c.id == bindparam("wanted"))
BY_PATH = select(pictures).where(pictures.c.path == bindparam("wanted"))
REFRESH = update(pictures).where(pictures.c.id == bindparam("picture"))


def keep(connection: Connection, records: Sequence[NewPictureRecord], now: float) -> list[int]:
    """Write pictures down; answers the ids of those that are new. One that is known keeps its id, star and boards."""
    fresh: list[int] = []
    latest: dict[int, int] = {}  # moment → the last place given for it
    indexed: list[tuple[int, NewPictureRecord]] = []
    for item in records:
        known = connection.execute(BY_PATH, {"wanted": item.path}).mappings().first()
        if known is None:
            moment = _moment(item.made if 0 < item.made < now + FUTURE else now)
            number = latest[moment] = _free_id(connection, latest.get(moment, moment))
            values = {**_values(item), "id": number, "bin": KEPT, "star": 0, "trashed": None}
            connection.execute(ADD, values)
            fresh.append(number)
        else:
            number = known["id"]
            values = _values(item)
            del values["made"]
            if not item.job_id:
                values |= {name: known[name] for name in ("job_id", "node", "title")}
            if known["bin"] == GONE:
                values["bin"] = KEPT
            connection.execute(REFRESH.values(**values), {"picture": number})
        indexed.append((number, item))
    index_words(connection, indexed)
    return fresh


def known_files(connection: Connection, paths: Sequence[str]) -> dict[str, tuple[int, float, int]]:
    """Size, time and bin of those of ``paths`` that are written down."""
    query = select(pictures.c.path, pictures.c.size, pictures.c.modified, pictures.c.bin)
    found: dict[str, tuple[int, float, int]] = {}
    for start in range(0, len(paths), CHUNK):
        rows = connection.execute(query.where(pictures.c.path.in_(paths[start : start + CHUNK])))
        found |= {row[0]: (row[1], row[2], row[3]) for row in rows}
    return found


def makers(connection: Connection, paths: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Job and node of pictures that jobs told of."""
    names = {path.rsplit("/", 1)[-1] for path in paths}
    query = select(images.c.subfolder, images.c.filename, images.c.job_id, images.c.node)
    query = query.where(images.c.root == "output", images.c.filename.in_(sorted(names)))
    found = {f"{row[0]}/{row[1]}" if row[0] else row[1]: (row[2], row[3]) for row in connection.execute(query)}
    return {path: found[path] for path in paths if path in found}


def paths_behind(connection: Connection, after: int, limit: int) -> list[tuple[int, str, int]]:
    """Ids, paths and bins of the pictures behind ``after``, oldest first."""
    query = select(pictures.c.id, pictures.c.path, pictures.c.bin).where(pictures.c.id > after)
    return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(pictures.c.id).limit(limit))]


def set_bin(connection: Connection, ids: Sequence[int], place: int) -> None:
    """Note that files went (``GONE``) or came back."""
    for start in range(0, len(ids), CHUNK):
        connection.execute(update(pictures).where(pictures.c.id.in_(ids[start : start + CHUNK])).values(bin=place))


def page(
    connection: Connection, search: PictureSearch, limit: int, before: int | None, after: int | None
) -> list[PictureRecord]:
    """The ``limit`` pictures that come next below ``before``, newest first, or those right above ``after``."""
    query, place = _found(connection, search)
    if after is not None:
        rows = connection.execute(query.where(place > after).order_by(place).limit(limit)).mappings().all()[::-1]
    else:
        below = LARGEST if before is None else min(before, LARGEST)
        rows = connection.execute(query.where(place < below).order_by(place.desc()).limit(limit)).mappings().all()
    return [record_of(row) for row in rows]


def days(connection: Connection, search: PictureSearch, minutes_east: int) -> list[tuple[int, int]]:
    """How many pictures a search finds on each day (counted from 1970 on a clock ``minutes_east`` of UTC)."""
    query, _ = _found(connection, search, only_id=True)
    found = query.subquery()
    day = (found.c.id + minutes_east * 60_000_000) // DAY
    counted = select(day.label("day"), func.count()).group_by("day").order_by("day")
    return [(int(row[0]), row[1]) for row in connection.execute(counted)]


def models(connection: Connection, limit: int) -> list[str]:
    """The models that pictures were made with, the most used first."""
    query = select(pictures.c.model).where(pictures.c.bin == KEPT, pictures.c.model != "")
    query = query.group_by(pictures.c.model).order_by(func.count().desc()).limit(limit)
    return [row[0] for row in connection.execute(query)]


def get(connection: Connection, picture_id: int) -> PictureRecord | None:
    """A picture by its id."""
    row = connection.execute(select(pictures).where(pictures.c.id == picture_id)).mappings().first()
    return None if row is None else record_of(row)


def get_by_path(connection: Connection, path: str) -> PictureRecord | None:
    """A picture by its place below the output folder."""
    row = connection.execute(BY_PATH, {"wanted": path}).mappings().first()
    return None if row is None else record_of(row)


def several(connection: Connection, ids: Sequence[int]) -> list[PictureRecord]:
    """Those of ``ids`` that there are, each once, in that order."""
    found: dict[int, PictureRecord] = {}
    for start in range(0, len(ids), CHUNK):
        rows = connection.execute(select(pictures).where(pictures.c.id.in_(ids[start : start + CHUNK]))).mappings()
        found |= {row["id"]: record_of(row) for row in rows}
    return [found[number] for number in dict.fromkeys(ids) if number in found]


def star(connection: Connection, ids: Sequence[int], starred: bool) -> int:
    """Give or take stars; answers how many changed."""
    return _change(connection, ids, {"star": int(starred)}, pictures.c.star != int(starred))


def trash(connection: Connection, ids: Sequence[int], at: float) -> int:
    """Put pictures into the trash; answers how many went."""
    return _change(connection, ids, {"bin": TRASHED, "trashed": at}, pictures.c.bin != TRASHED)


def restore(connection: Connection, ids: Sequence[int]) -> int:
    """Take pictures out of the trash; answers how many came back."""
    return _change(connection, ids, {"bin": KEPT, "trashed": None}, pictures.c.bin == TRASHED)


def trashed_before(connection: Connection, moment: float, limit: int) -> list[PictureRecord]:
    """Pictures that have been in the trash since before ``moment``."""
    query = select(pictures).where(pictures.c.bin == TRASHED, pictures.c.trashed < moment)
    return [record_of(row) for row in connection.execute(query.limit(limit)).mappings()]


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Delete rows; their files are the caller's."""
    forget_words(connection, ids)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        connection.execute(delete(board_pictures).where(board_pictures.c.picture_id.in_(part)))
        connection.execute(delete(pictures).where(pictures.c.id.in_(part)))


def record_of(row: RowMapping) -> PictureRecord:
    """A row of ``pictures``."""
    facts = {name: row[name] for name in ("prompt", "negative", "model", "sampler", "seed", "steps", "cfg")}
    plain = ("id", "path", "size", "modified", "made", "width", "height", "job_id", "node", "title", "blur", "bin")
    return PictureRecord(
        **{name: row[name] for name in plain},
        trashed=row["trashed"],
        star=bool(row["star"]),
        workflow=bool(row["workflow"]),
        place=row.get("place", row["id"]),
        facts=PictureFacts(**facts),
    )


def _found(connection: Connection, search: PictureSearch, *, only_id: bool = False) -> tuple[Any, ColumnElement[int]]:
    """The pictures that a search finds, and the column that they stand in order by."""
    chosen: list[Any] = [pictures.c.id] if only_id else [pictures]
    words = matching(connection, search)
    place: ColumnElement[int] = pictures.c.id
    query: Any = select(*chosen)
    if search.board is not None:
        place = board_pictures.c.position
        query = select(*chosen, *([] if only_id else [place.label("place")]))
        query = query.join(board_pictures, board_pictures.c.picture_id == pictures.c.id)
        query = query.join(boards, boards.c.id == board_pictures.c.board_id)
        query = query.where(boards.c.id == _board_id(connection, search.board))
    if words:
        number = number_column(connection)
        if search.board is None:
            # The index of words is read in order, and each picture fetched: nothing is sorted.
            query = query.select_from(INDEX.join(pictures, pictures.c.id == number)).where(*words)
            place = number
        else:
            query = query.where(pictures.c.id.in_(select(number).where(*words)))
    if (without := unwanted(connection, search)) is not None:
        query = query.where(pictures.c.id.not_in(without))
    made = place if words and search.board is None else pictures.c.id
    if search.since is not None:
        query = query.where(made >= _moment(search.since))
    if search.until is not None:
        query = query.where(made < _moment(search.until))
    return query.where(*_conditions(search)), place


def _board_id(connection: Connection, named: str) -> str:
    """A board by its id or its title (any case)."""
    query = select(boards.c.id).where((boards.c.id == named) | (func.lower(boards.c.title) == named.lower()))
    return connection.execute(query.limit(1)).scalar() or ""


def _conditions(search: PictureSearch) -> Iterable[ColumnElement[bool]]:
    column = pictures.c
    yield column.bin == (TRASHED if search.trash else GONE if search.missing else KEPT)
    if search.star:
        yield column.star == 1
    if search.workflow:
        yield column.workflow == 1
    if search.seed is not None:
        yield column.seed == search.seed
    if search.steps is not None:
        yield column.steps == search.steps
    if search.job is not None:
        yield column.job_id == search.job
    if search.size is not None:
        yield column.width == search.size[0]
        yield column.height == search.size[1]


def _moment(seconds: float) -> int:
    return max(0, min(int(seconds * 1_000_000), LARGEST))


def _free_id(connection: Connection, number: int) -> int:
    """``number`` where no picture has it; pictures of the same moment stand one behind the other."""
    if not _is_taken(connection, number):
        return number
    # Thousands may be of one moment (an archive's files are): the end of their row is looked for by halves.
    step = 1
    while _is_taken(connection, number + step):
        step *= 2
    taken, free = number + step // 2, number + step
    while free - taken > 1:
        middle = (taken + free) // 2
        if _is_taken(connection, middle):
            taken = middle
        else:
            free = middle
    return free


def _is_taken(connection: Connection, number: int) -> bool:
    return connection.execute(TAKEN, {"wanted": number}).first() is not None


def _values(item: NewPictureRecord) -> dict[str, Any]:
    values: Mapping[str, Any] = {name: value for name, value in vars(item).items() if name != "facts"}
    told = {**values, **vars(item.facts), "workflow": int(item.workflow)}
    return {name: value.replace("\0", " ") if isinstance(value, str) else value for name, value in told.items()}


def _change(connection: Connection, ids: Sequence[int], values: Mapping[str, Any], where: ColumnElement[bool]) -> int:
    changed = 0
    for start in range(0, len(ids), CHUNK):
        part = update(pictures).where(pictures.c.id.in_(ids[start : start + CHUNK]), where)
        changed += connection.execute(part.values(**values)).rowcount
    return changed
