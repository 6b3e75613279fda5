"""What the system page reads and does, over HTTP: the log's end, freeing memory, starting the worker anew."""

import time
from pathlib import Path

import pytest

from tests.contract.conftest import Studio, picture_graph, slow_graph, start_studio


def test_the_log_is_bounded_and_holds_no_secret_and_no_home(studio: Studio) -> None:
    file = studio.data / "logs" / "noiseloom.log"
    with file.open("a", encoding="utf-8") as log:
        log.writelines(f"2026-01-01 00:00:00,000 INFO test: line {number}\n" for number in range(1500))
        log.write(f"2026-01-01 00:00:00,000 INFO test: {Path.home()}/pictures\n")
    lines = studio.get("/api/v1/logs?lines=1000").json["lines"]
    assert 500 < len(lines) <= 1000
    assert lines[-1].endswith("test: ~/pictures")
    assert studio.get("/api/v1/logs?lines=2").json["lines"][0].endswith("line 1499")
    assert studio.get("/api/v1/logs?lines=1001").status == 422


def test_memory_is_freed_on_request(studio: Studio) -> None:
    assert (
        studio.post("/api/v1/memory/free", {"weights": True, "outputs": True}, Content_Type="application/json").status
        == 204
    )
    assert studio.post("/api/v1/memory/free", {"all": True}, Content_Type="application/json").status == 422


@pytest.fixture
def own_studio(tmp_path: Path):
    started = start_studio(tmp_path)
    yield started
    started.stop()


def test_the_worker_starts_anew_when_asked_to_and_no_death_is_counted_but_never_under_a_job(own_studio: Studio) -> None:
    before = own_studio.wait_for_worker()["pid"]
    job = own_studio.submit(slow_graph())["id"]
    own_studio.wait(job, {"running"})
    refused = own_studio.post("/api/v1/worker/restart")
    assert (refused.status, refused.json["problems"][0]["code"]) == (409, "worker.busy")
    own_studio.post(f"/api/v1/jobs/{job}/cancel")
    own_studio.wait(job)
    deadline = time.monotonic() + 30
    while own_studio.post("/api/v1/worker/restart").status != 204:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    while (worker := own_studio.wait_for_worker())["pid"] == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert (worker["restarts"], worker["problem"]) == (0, None)
    assert own_studio.run(picture_graph())["state"] == "succeeded"
