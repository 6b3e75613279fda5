"""Pictures and boards in the database, on SQLite and (large) PostgreSQL."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, event

from web.server.gallery.record import GONE, NewPictureRecord, PictureFacts, PictureRecord
from web.server.gallery.search import parse_search
from web.server.persistence import board_rows, picture_rows
from web.server.persistence.database import Database

NOW = 1_700_000_000.0
DAY = 86_400.0


def record(number: int, prompt: str = "", **more: Any) -> NewPictureRecord:
    facts = PictureFacts(prompt=prompt, model=more.pop("model", ""), seed=more.pop("seed", ""))
    plain = {"size": 10, "modified": 1.0, "made": NOW + number, "width": 4, "height": 2, **more}
    return NewPictureRecord(path=f"p{number}.png", facts=facts, **plain)


async def fill(database: Database, *records: NewPictureRecord) -> list[int]:
    return await database.write(lambda connection: picture_rows.keep(connection, records, NOW))


async def find(database: Database, text: str, limit: int = 100, **more: Any) -> list[PictureRecord]:
    search = parse_search(text, now=NOW)

    def work(connection: Connection) -> list[PictureRecord]:
        return picture_rows.page(connection, search, limit, more.get("before"), more.get("after"))

    return await database.read(work)


async def paths(database: Database, text: str) -> list[str]:
    return [item.path for item in await find(database, text)]


async def test_pages_follow_each_other_without_gaps_or_repeats(database: Database) -> None:
    await fill(database, *(replace(record(n), made=NOW) for n in range(7)))
    seen: list[str] = []
    before: int | None = None
    while page := await find(database, "", 3, before=before):
        seen += [item.path for item in page]
        before = page[-1].place
    assert seen == [f"p{n}.png" for n in range(6, -1, -1)]
    middle = (await find(database, ""))[3]
    assert [item.path for item in await find(database, "", 2, after=middle.place)] == ["p5.png", "p4.png"]


async def test_thousands_of_one_moment_are_taken_in_without_trying_every_place(database: Database) -> None:
    """As an archive's files are, whose times are whole seconds."""
    asked: list[str] = []

    def count(connection: Connection) -> None:
        event.listen(connection, "before_cursor_execute", lambda *what: asked.append(what[2]))
        picture_rows.keep(connection, [replace(record(0), path="last.png")], NOW)

    await fill(database, *(replace(record(n), made=NOW) for n in range(1000)))
    await database.write(count)
    assert len([words for words in asked if words.startswith("SELECT")]) < 40
    assert (await find(database, ""))[0].path == "last.png"


async def test_a_picture_is_put_between_two_others_of_its_board_however_often(database: Database) -> None:
    ids = await fill(database, *(record(n) for n in range(4)))

    def arrange(connection: Connection) -> list[str]:
        board_rows.add_board(connection, "b", "B", NOW)
        board_rows.put_on_board(connection, "b", ids)
        for step in range(60):
            assert board_rows.move_on_board(connection, "b", ids[2 + step % 2], ids[1])
            assert board_rows.move_on_board(connection, "b", ids[3 - step % 2], None)
        assert not board_rows.move_on_board(connection, "b", 17, None)
        assert not board_rows.move_on_board(connection, "b", ids[0], 17)
        found = picture_rows.page(connection, parse_search("board:b", now=NOW), 10, None, None)
        assert all(item.place > 0 for item in found)
        return [item.path for item in found]

    assert await database.write(arrange) == ["p0.png", "p3.png", "p1.png", "p2.png"]


async def test_words_models_and_seeds_are_found_and_unwanted_words_are_not(database: Database) -> None:
    await fill(
        database,
        record(1, "a red house by the sea", model="sd15.safetensors", seed="8120"),
        record(2, "a blue house", model="sdxl/base.safetensors", seed=str(2**64)),
        record(3, "一个红色圆形在蓝色方块上方", model="starter-sd.safetensors"),
    )
    assert await paths(database, "house") == ["p2.png", "p1.png"]
    assert await paths(database, "HOU sea") == ["p1.png"]
    assert await paths(database, "house -sea") == ["p2.png"]
    assert await paths(database, "-house") == ["p3.png"]
    assert await paths(database, '"red house"') == ["p1.png"]
    assert await paths(database, "model:sdxl") == ["p2.png"]
    assert await paths(database, f"seed:{2**64}") == ["p2.png"]
    assert await paths(database, "红色") == ["p3.png"] and await paths(database, "方块") == ["p3.png"]
    assert await paths(database, "绿色") == []
    assert await paths(database, 'he"r OR ) NEAR( * p1') == []


async def test_a_file_that_changed_keeps_its_star_and_is_found_by_its_new_words(database: Database) -> None:
    (number,) = await fill(database, record(1, "a cat", job_id="j", node="9"))
    await database.write(lambda connection: picture_rows.star(connection, [number], True))
    assert await fill(database, replace(record(1, "a dog"), modified=2.0)) == []
    (found,) = await find(database, "dog is:star")
    assert (found.id, found.modified, found.job_id, found.star) == (number, 2.0, "j", True)
    assert await find(database, "cat") == []


async def test_the_trash_holds_until_its_time_and_gives_back(database: Database) -> None:
    one, two = await fill(database, record(1), record(2))
    await database.write(lambda connection: picture_rows.trash(connection, [one, two], NOW))
    assert await paths(database, "") == [] and await paths(database, "is:trash") == ["p2.png", "p1.png"]
    await database.write(lambda connection: picture_rows.restore(connection, [one]))
    assert await paths(database, "") == ["p1.png"]
    old = await database.read(lambda connection: picture_rows.trashed_before(connection, NOW + 1, 10))
    assert [(item.id, item.path) for item in old] == [(two, "p2.png")]
    await database.write(lambda connection: picture_rows.forget(connection, [two]))
    assert await paths(database, "is:trash") == []


async def test_a_file_that_went_is_set_apart_and_comes_back(database: Database) -> None:
    (number,) = await fill(database, record(1))
    await database.write(lambda connection: picture_rows.set_bin(connection, [number], GONE))
    assert await paths(database, "") == [] and await paths(database, "is:missing") == ["p1.png"]
    await fill(database, record(1))
    assert await paths(database, "") == ["p1.png"]


async def test_days_are_counted_on_the_person_s_clock(database: Database) -> None:
    noon = 19_000 * DAY + DAY / 2
    await fill(database, *(replace(record(n), made=noon + n * 3600) for n in (0, 1, 13)))
    search = parse_search("", now=NOW)
    count = await database.read(lambda connection: picture_rows.days(connection, search, 0))
    assert count == [(19_000, 2), (19_001, 1)]
    west = await database.read(lambda connection: picture_rows.days(connection, search, -120))
    assert west == [(19_000, 3)]


async def test_a_board_keeps_its_order_and_pictures_move_on_it(database: Database) -> None:
    ids = await fill(database, *(record(n) for n in range(4)))

    def make(connection: Connection) -> None:
        board_rows.add_board(connection, "b", "Best of", NOW)
        assert board_rows.put_on_board(connection, "b", [ids[2], ids[0], ids[2]]) == 2
        assert board_rows.put_on_board(connection, "b", [ids[3]]) == 1

    await database.write(make)
    assert await paths(database, 'board:"best of"') == ["p3.png", "p2.png", "p0.png"]
    first = (await find(database, "board:b", 1))[0]
    assert [item.path for item in await find(database, "board:b", before=first.place)] == ["p2.png", "p0.png"]
    assert await database.write(lambda connection: board_rows.move_on_board(connection, "b", ids[0], ids[3]))
    assert await paths(database, "board:b") == ["p0.png", "p3.png", "p2.png"]
    (board,) = await database.read(board_rows.all_boards)
    assert (board.pictures, board.cover, board.title) == (3, ids[0], "Best of")
    await database.write(lambda connection: board_rows.take_off_board(connection, "b", [ids[0]]))
    assert await database.write(lambda connection: board_rows.delete_board(connection, "b")) == [ids[3], ids[2]]
    assert await paths(database, "") == ["p3.png", "p2.png", "p1.png", "p0.png"]


async def test_boards_are_renamed_and_put_in_order(database: Database) -> None:
    for name in ("a", "b", "c"):
        await database.write(lambda connection, name=name: board_rows.add_board(connection, name, name, NOW))
    await database.write(lambda connection: board_rows.change_board(connection, "c", "See", "a"))
    assert [item.title for item in await database.read(board_rows.all_boards)] == ["See", "a", "b"]
    assert not await database.write(lambda connection: board_rows.change_board(connection, "x", "y", None))
