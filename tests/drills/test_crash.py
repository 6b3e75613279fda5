"""SIGKILL at random moments: what was answered is there afterwards, once, whole and in order."""

import contextlib
import random
import signal
import sqlite3
import threading
import time
import urllib.error
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.contract.conftest import FINAL, Studio, picture_graph, slow_graph, start_studio
from tests.contract.test_jobs import DOCUMENT

FEW, ALL = 3, 50


@dataclass
class Client(threading.Thread):
    """Submits until the server is gone; remembers what was answered, in order."""

    studio: Studio
    answered: list[str]
    dice: random.Random
    workflows: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, OSError, ValueError):
            while True:
                job_id, kind = str(uuid.uuid4()), self.dice.random()
                body: dict[str, Any] = {"id": job_id}
                if kind < 0.3:
                    body["workflow"] = DOCUMENT
                    self.workflows.add(job_id)
                elif kind < 0.5:
                    body["graph"] = slow_graph(steps=3, seconds=0.02)
                else:
                    body["graph"] = picture_graph(colour=self.dice.randrange(1 << 24))
                answer = self.studio.post("/api/v1/jobs", body)
                if answer.status != 202:
                    return
                self.answered.append(job_id)
                time.sleep(self.dice.random() * 0.03)


def rows(data: Path) -> list[sqlite3.Row]:
    """Every job as it lies on disk; checks every page on the way. The server must be dead."""
    connection = sqlite3.connect(data / "noiseloom.db")
    connection.row_factory = sqlite3.Row
    with contextlib.closing(connection):
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return []  # killed before the first start had made its tables
        return connection.execute("SELECT * FROM jobs ORDER BY number").fetchall()


def check_disk(data: Path, answered: list[str]) -> str | None:
    """The promises, on the files a kill left behind; answers the job that ran."""
    found = rows(data)
    ids = [row["id"] for row in found]
    assert len(set(ids)) == len(ids)
    assert [job_id for job_id in ids if job_id in set(answered)] == answered, "an answered job is gone or out of order"
    running = [row["id"] for row in found if row["state"] == "running"]
    assert len(running) <= 1
    in_line = [row["id"] for row in sorted(found, key=lambda row: (row["rank"], row["position"], row["number"]))]
    waiting = [row["id"] for row in found if row["state"] == "queued"]
    assert [job_id for job_id in in_line if job_id in set(waiting)] == waiting
    over = [row["number"] for row in found if row["state"] in FINAL]
    queued = [row["number"] for row in found if row["state"] == "queued"]
    assert not over or not queued or max(over) < min(queued), "a job was overtaken"
    return running[0] if running else None


def check_history(studio: Studio, ids: list[str], workflows: set[str]) -> None:
    """Every picture that the history names is there and whole; every workflow is what was sent."""
    for job_id in ids:
        job = studio.get(f"/api/v1/jobs/{job_id}").json
        assert job["state"] in FINAL | {"queued", "running"}
        if job_id in workflows:
            assert job["workflow"] == DOCUMENT
        for shown in job["outputs"].values():
            for image in shown["images"]:
                if image["type"] == "output":
                    with Image.open(studio.data / "output" / image["subfolder"] / image["filename"]) as picture:
                        picture.load()


def drill(folder: Path, kills: int, seed: int, *options: str) -> Iterator[tuple[Studio, str | None]]:
    """Start, submit, kill at a random moment, check, start again; answers each restarted server and what ran."""
    dice = random.Random(seed)
    answered: list[str] = []
    workflows: set[str] = set()
    ran: str | None = None
    for kill in range(kills):
        studio = start_studio(folder, *options, wait=False)
        try:
            yield studio, ran
            client = Client(studio, answered, random.Random(dice.random()), workflows)
            client.start()
            if kill == 0 or dice.random() < 0.7:  # the others die while the server still starts
                before, deadline = len(answered), time.monotonic() + 30
                while len(answered) == before and time.monotonic() < deadline:
                    time.sleep(0.01)
            time.sleep(dice.uniform(0.05, 2.0))
        finally:
            studio.stop(signal.SIGKILL)
        client.join(10)
        ran = check_disk(studio.data, answered)
    studio = start_studio(folder, *options, wait=False)
    try:
        yield studio, ran
        check_history(studio, answered, workflows)
    finally:
        code = studio.stop()
    assert code == 0 and answered


@pytest.mark.parametrize("kills", [FEW, pytest.param(ALL, marks=pytest.mark.large)])
@pytest.mark.timeout(1800)
def test_a_kill_at_any_moment_loses_nothing_that_was_answered(tmp_path: Path, kills: int) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    for studio, ran in drill(tmp_path, kills, seed):
        if ran is not None:
            assert studio.wait(ran)["state"] == "lost"


@pytest.mark.parametrize("kills", [1, pytest.param(ALL // 2, marks=pytest.mark.large)])
@pytest.mark.timeout(1800)
def test_where_it_is_wished_the_job_that_ran_is_queued_again_once(tmp_path: Path, kills: int) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    cut_off: set[str] = set()
    for studio, ran in drill(tmp_path, kills, seed, "--requeue-lost"):
        if ran is None:
            continue
        job = studio.get(f"/api/v1/jobs/{ran}").json
        if ran in cut_off:
            assert job["state"] == "lost" and job["problems"][0]["code"] == "job.poison"
        else:
            assert job["state"] != "lost"
        cut_off.add(ran)
