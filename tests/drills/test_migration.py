"""A migration that is interrupted half-way leaves the old schema, and the next start finishes it."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from tests.contract.conftest import ROOT, start_studio
from web.server.persistence import schema
from web.server.persistence.damage import APPLICATION_ID
from web.server.persistence.opening import open_database

OLD_JOBS = 20_000


def old_database(folder: Path, jobs: int = 3) -> Path:
    """A database as the first version left it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "noiseloom.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        schema.migrate(connection, "0001")
    engine.dispose()
    with sqlite3.connect(path) as connection:
        for number in range(1, jobs + 1):
            state = "queued" if number > jobs - 2 else "succeeded"
            row = (number, f"job-{number}", float(number), state, f"Title {number}", 1.0, None, None, 1, "{}", "[]")
            connection.execute("INSERT INTO jobs VALUES (?,?,?,?,?,?,?,?,?,?,?)", row)
            graph = '{"1": {"class_type": "Text", "inputs": {"text": "a lighthouse"}}}'
            connection.execute("INSERT INTO job_contents VALUES (?,?,NULL,NULL,NULL,'{}')", (f"job-{number}", graph))
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.close()
    (folder / "initialised").touch()
    return path


def revision(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    return found


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found


def test_a_failure_at_any_statement_leaves_the_old_schema_whole(tmp_path: Path) -> None:
    failed = 0
    for statement in range(1, 200):
        path = old_database(tmp_path / str(statement))
        engine = create_engine(f"sqlite:///{path}")
        count = 0

        def fail_nth(*_: Any, limit: int = statement) -> None:
            nonlocal count
            count += 1
            if count == limit:
                raise OSError("the power went")

        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        with engine.connect() as connection:
            try:
                with connection.begin():
                    event.listen(engine, "before_cursor_execute", fail_nth)
                    schema.bring_up_to_date(connection)
            except OSError:
                failed += 1
            finally:
                event.remove(engine, "before_cursor_execute", fail_nth)
        engine.dispose()
        if count < statement:
            break
        assert revision(path) == "0001" and "batches" not in tables(path)
    assert failed > 10 and revision(path) == schema.HEAD  # pyright: ignore


def test_an_interrupted_start_is_finished_by_the_next_and_a_backup_was_made(tmp_path: Path) -> None:
    path = old_database(tmp_path)
    open_database(tmp_path).close()
    assert revision(path) == schema.HEAD and len(list((tmp_path / "backups").glob("*.db"))) == 1
    with sqlite3.connect(path) as connection:
        texts = [row[0] for row in connection.execute("SELECT text FROM job_texts")]
    connection.close()
    assert len(texts) == 3 and "a lighthouse" in texts[0] and "title 1" in texts[0]


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.large)])
def test_a_kill_during_the_migration_loses_no_job(tmp_path: Path, kills: int) -> None:
    path = old_database(tmp_path / "data", OLD_JOBS)
    command = (
        "from pathlib import Path; from web.server.persistence.opening import open_database; "
        f"print('go', flush=True); open_database(Path({str(path.parent)!r}))"
    )
    seen: set[str] = set()
    for attempt in range(kills):
        process = subprocess.Popen([sys.executable, "-c", command], cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None and process.stdout.readline() == b"go\n"
        time.sleep(0.05 + 0.15 * attempt)
        process.kill()
        process.wait()
        process.stdout.close()
        seen.add(revision(path))
    studio = start_studio(tmp_path, "--start-paused", wait=False)
    try:
        waiting = [job["id"] for job in studio.get("/api/v1/queue").json["waiting"]]
        assert waiting == [f"job-{OLD_JOBS - 1}", f"job-{OLD_JOBS}"] and seen <= {"0001", schema.HEAD}
        assert studio.get(f"/api/v1/jobs?search=title+{OLD_JOBS}").json["jobs"][0]["number"] == OLD_JOBS
    finally:
        assert studio.stop() == 0
    assert revision(path) == schema.HEAD
