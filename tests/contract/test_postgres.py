"""A whole server on PostgreSQL: crashes of either side lose nothing."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import picture_graph, slow_graph, start_studio
from tests.contract.test_life import launch
from tests.unit.web.postgres import Postgres

pytestmark = pytest.mark.large


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres.start(tmp_path_factory.mktemp("postgres")) as server:
        yield server


def test_a_killed_server_loses_only_the_running_job(tmp_path: Path, postgres: Postgres) -> None:
    options = ("--database-url", postgres.new_database())
    first = start_studio(tmp_path, *options)
    done = first.run(picture_graph(colour=1))
    running, queued = first.submit(slow_graph()), [first.submit(picture_graph(colour=index)) for index in range(3)]
    first.wait(running["id"], {"running"})
    first.stop(signal.SIGKILL)
    second = start_studio(tmp_path, *options, wait=False)
    try:
        assert second.wait(running["id"])["state"] == "lost"
        ended = [second.wait(job["id"]) for job in queued]
        assert {job["state"] for job in ended} == {"succeeded"}
        assert [job["started"] for job in ended] == sorted(job["started"] for job in ended)
        assert second.get(f"/api/v1/jobs/{done['id']}").json["outputs"] == done["outputs"]
        assert not (second.data / "noiseloom.db").exists()
    finally:
        assert second.stop() == 0


def test_jobs_go_on_when_the_database_was_restarted_under_them(tmp_path: Path, postgres: Postgres) -> None:
    studio = start_studio(tmp_path, "--database-url", postgres.new_database())
    try:
        running, waiting = studio.submit(slow_graph(steps=40)), studio.submit(picture_graph(colour=2))
        studio.wait(running["id"], {"running"})
        postgres.restart()
        for _ in range(50):
            if studio.get("/api/v1/jobs").status == 200:
                break
            time.sleep(0.1)
        assert studio.wait(running["id"])["state"] == "succeeded"
        assert studio.wait(waiting["id"])["state"] == "succeeded"
        assert studio.run(picture_graph(colour=3))["state"] == "succeeded"
    finally:
        assert studio.stop() == 0


def test_two_servers_do_not_share_a_database(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.new_database()
    first = start_studio(tmp_path / "one", "--database-url", url, wait=False)
    try:
        first.get("/api/v1/jobs")
        assert url not in first.get("/system_stats").body.decode()
        second = launch("--port", "0", "--data-dir", str(tmp_path / "two"), "--database-url", url)
        assert second.returncode == 1 and "Another server uses this database" in second.stderr
    finally:
        assert first.stop() == 0


def test_a_database_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://someone:CANARY@127.0.0.1:9/none"
    result: subprocess.CompletedProcess[str] = launch(
        "--port", "0", "--data-dir", str(tmp_path / "data"), "--database-url", url
    )
    assert result.returncode == 1 and "cannot be used" in result.stderr
    assert "CANARY" not in result.stderr + result.stdout and "Traceback" not in result.stderr
