"""The database thread and what it promises, on real files."""

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from graph_engine.jobs.job import JobContent, NewJob
from graph_engine.jobs.queue import QueuePolicy
from web.server.persistence import schema
from web.server.persistence.ballast import SIZE, Ballast
from web.server.persistence.damage import APPLICATION_ID
from web.server.persistence.database import Database
from web.server.persistence.failures import DatabaseRefused, StorageFull
from web.server.persistence.job_store import DatabaseJobStore
from web.server.persistence.opening import back_up, open_database
from web.server.persistence.tables import metadata


def new(name: str, *, front: bool = False, graph: dict[str, object] | None = None) -> NewJob:
    content = JobContent(graph=graph or {}, workflow={"title": name}, targets=("1",), client_id="c", extra={"a": 1})
    return NewJob(id=name, title=name, created=1.0, node_count=1, content=content, front=front)


async def test_work_asked_for_before_the_database_is_open_waits_for_it(tmp_path: Path) -> None:
    database = Database(tmp_path)
    early = asyncio.create_task(DatabaseJobStore(database, QueuePolicy()).counts())
    await asyncio.sleep(0.05)
    assert not early.done()
    database.open()
    assert (await early).queued == 0
    await database.close()
    with pytest.raises(DatabaseRefused):
        await DatabaseJobStore(database, QueuePolicy()).counts()


async def test_a_full_disk_frees_the_ballast_first_and_is_then_said(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.open()
    store = DatabaseJobStore(database, QueuePolicy())
    await store.add(new("a"))
    pages = await database.read(lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar())
    await database.read(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar())
    assert (tmp_path / "ballast").stat().st_size == SIZE
    big = {"1": {"class_type": "x" * 100_000, "inputs": {}}}
    with pytest.raises(StorageFull, match="free at least"):
        await store.add(new("b", graph=big))
    assert not (tmp_path / "ballast").exists()
    assert await store.get("a") is not None and await store.get("b") is None
    await database.read(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=100000").scalar())
    await store.add(new("b", graph=big))
    await database.close()


def test_settings_are_those_that_keep_what_was_answered(tmp_path: Path) -> None:
    opened = open_database(tmp_path)
    with opened.transaction(writes=False) as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "application_id")
        }
    opened.close()
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "application_id": APPLICATION_ID,
    }
    assert (tmp_path / "noiseloom.db").stat().st_mode & 0o777 == 0o600


def test_migrations_lead_to_the_same_tables_as_a_fresh_start(tmp_path: Path) -> None:
    fresh, migrated = (create_engine(f"sqlite:///{tmp_path / name}") for name in ("fresh.db", "migrated.db"))
    with fresh.begin() as connection:
        schema.bring_up_to_date(connection)
    with migrated.begin() as connection:
        schema.migrate(connection, "head")
    shapes: list[object] = []
    for engine in (fresh, migrated):
        seen = inspect(engine)
        shapes.append(
            {
                table: (
                    [(item["name"], str(item["type"]), item["nullable"]) for item in seen.get_columns(table)],
                    sorted(str(item["column_names"]) for item in seen.get_indexes(table)),
                    seen.get_pk_constraint(table)["constrained_columns"],
                )
                for table in metadata.tables
            }
        )
        with engine.connect() as connection:
            assert schema.revision_of(connection) == schema.HEAD
    assert shapes[0] == shapes[1]


def damage_header(path: Path) -> None:
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])


def damage_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = os.urandom(4096)
    path.write_bytes(data)


def make_empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


def another_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()


@pytest.mark.parametrize("damage", [damage_header, damage_page, make_empty, remove, another_program])
@pytest.mark.parametrize("with_backup", [False, True])
def test_damage_is_found_moved_aside_and_the_backup_restored(tmp_path: Path, damage: object, with_backup: bool) -> None:
    opened = open_database(tmp_path)
    with opened.transaction(writes=True) as connection:
        connection.execute(text("INSERT INTO events VALUES (7, 'a', 0, '{}')"))
    opened.close()
    path = tmp_path / "noiseloom.db"
    if with_backup:
        back_up(path)
    Path(f"{path}.open").touch()  # as after a stop that was not clean
    damage(path)  # pyright: ignore
    again = open_database(tmp_path)
    with again.transaction(writes=False) as connection:
        kept = connection.execute(text("SELECT seq FROM events")).scalars().all()
    again.close()
    assert again.notice and kept == ([7] if with_backup else [])
    assert bool(list(tmp_path.glob("noiseloom.db.corrupt-*"))) == (damage is not remove)


def test_a_clean_stop_leaves_no_doubt(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    assert not (tmp_path / "noiseloom.db.open").exists() and open_database(tmp_path).notice == ""


def test_three_backups_are_kept(tmp_path: Path) -> None:
    opened = open_database(tmp_path)
    opened.close()
    (tmp_path / "backups").mkdir()
    for index in range(5):
        (tmp_path / "backups" / f"noiseloom-2020010{index}-000000.db").touch()
    newest = back_up(tmp_path / "noiseloom.db")
    assert len(list((tmp_path / "backups").iterdir())) == 3 and newest.exists()


def test_the_ballast_is_given_up_once(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast")
    ballast.fill()
    assert (ballast.drop(), ballast.drop()) == (True, False)
