"""The databases that the persistence tests run on: SQLite always, PostgreSQL where it is installed (`large`)."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from graph_engine.jobs.queue import QueuePolicy
from tests.unit.web.postgres import Postgres
from web.server.persistence.database import Database
from web.server.persistence.job_store import DatabaseJobStore


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server of our own on a private socket; skips where there is none to start."""
    with Postgres.start(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.large)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open, empty database."""
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgres" else None
    opened = Database(tmp_path, url)
    opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def store(database: Database) -> DatabaseJobStore:
    """Jobs in that database; five may wait."""
    return DatabaseJobStore(database, QueuePolicy(limit=5))
