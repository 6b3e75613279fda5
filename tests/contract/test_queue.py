"""The queue over real HTTP: priorities, order, pause, retry, search, limits, and what a crash does to it."""

import os
import signal
import time
import uuid
from pathlib import Path
from typing import Any

from tests.contract.conftest import Studio, picture_graph, slow_graph, start_studio


def order(studio: Studio) -> list[str]:
    return [job["id"] for job in studio.get("/api/v1/queue").json["waiting"]]


def busy(studio: Studio) -> Any:
    job = studio.submit(slow_graph(steps=2000))
    studio.wait(job["id"], {"running"})
    return job


def drop_all(studio: Studio, running: Any) -> None:
    studio.post("/api/v1/jobs/cancel-all")
    studio.wait(running["id"])


def test_waiting_jobs_are_reordered_and_paged(studio: Studio) -> None:
    running = busy(studio)
    a, b, c = (studio.submit(picture_graph(colour=index))["id"] for index in range(3))
    urgent = studio.submit(picture_graph(colour=9), priority=5)["id"]
    assert order(studio) == [urgent, a, b, c]
    assert studio.post(f"/api/v1/jobs/{c}/move", {"before": a}).json["priority"] == 0
    assert studio.post(f"/api/v1/jobs/{a}/priority", {"priority": 7}).json["priority"] == 7
    assert order(studio) == [a, urgent, c, b]
    page = studio.get("/api/v1/queue?limit=2").json
    assert page["next"] == urgent and page["queue"] == {"queued": 4, "running": 1, "paused": False}
    assert [job["id"] for job in studio.get(f"/api/v1/queue?after={urgent}").json["waiting"]] == [c, b]
    drop_all(studio, running)


def test_what_cannot_be_moved_is_said(studio: Studio) -> None:
    running = busy(studio)
    waiting = studio.submit(picture_graph())["id"]
    assert studio.post(f"/api/v1/jobs/{running['id']}/move", {"to": "front"}).status == 409
    assert studio.post(f"/api/v1/jobs/{waiting}/move", {"before": "none"}).status == 404
    assert studio.post(f"/api/v1/jobs/{waiting}/move", {}).status == 422
    assert studio.post(f"/api/v1/jobs/{waiting}/move", {"to": "front", "after": running["id"]}).status == 422
    assert studio.post(f"/api/v1/jobs/{waiting}/priority", {"priority": 5000}).status == 422
    assert studio.get("/api/v1/queue?after=none").status == 404
    drop_all(studio, running)


def test_a_paused_queue_finishes_what_runs_and_begins_nothing(studio: Studio) -> None:
    running = studio.submit(slow_graph(steps=10))
    studio.wait(running["id"], {"running"})
    waiting = studio.submit(picture_graph())
    assert studio.post("/api/v1/queue/pause").json["paused"] is True
    assert studio.wait(running["id"])["state"] == "succeeded"
    time.sleep(0.2)
    assert studio.get(f"/api/v1/jobs/{waiting['id']}").json["state"] == "queued"
    assert studio.get("/api/v1/system").json["queue"]["paused"] is True
    assert studio.post("/api/v1/queue/resume").json["paused"] is False
    assert studio.wait(waiting["id"])["state"] == "succeeded"


def test_a_finished_job_is_run_again_as_a_new_one(studio: Studio) -> None:
    first = studio.run(picture_graph(colour=5), priority=2)
    new_id = str(uuid.uuid4())
    answer = studio.post(f"/api/v1/jobs/{first['id']}/retry", {"id": new_id})
    assert answer.status == 202 and answer.json["retry_of"] == first["id"]
    again = studio.wait(new_id)
    assert again["state"] == "succeeded" and again["graph"] == first["graph"] and again["priority"] == 2
    assert studio.post(f"/api/v1/jobs/{first['id']}/retry", {"id": new_id}).json["number"] == again["number"]
    assert studio.post("/api/v1/jobs/none/retry", {}).status == 404
    running = busy(studio)
    assert studio.post(f"/api/v1/jobs/{running['id']}/retry", {}).status == 409
    drop_all(studio, running)


def test_jobs_and_pictures_are_found_by_their_prompts(studio: Studio) -> None:
    word = uuid.uuid4().hex
    graph = picture_graph(filename_prefix=f"barn-{word}")
    job = studio.run(graph, title="A title")
    assert [item["id"] for item in studio.get(f"/api/v1/jobs?search=BARN-{word.upper()}").json["jobs"]] == [job["id"]]
    assert [item["job_id"] for item in studio.get(f"/api/v1/images?search={word}").json["images"]] == [job["id"]]
    assert studio.get(f"/api/v1/jobs?search={word}&state=failed").json["jobs"] == []
    assert studio.get("/api/v1/images?search=nobody-wrote-this").json["images"] == []


def test_numbers_beyond_any_column_are_answered(studio: Studio) -> None:
    for path in ("/api/v1/jobs?before=9999999999999999999", "/api/v1/images?before=-9999999999999999999"):
        assert studio.get(path).status == 200
    job = studio.run(picture_graph())
    assert studio.get(f"/api/v1/jobs/{job['id']}/events?after=99999999999999999999").json["events"] == []


def test_a_pause_outlives_a_restart(tmp_path: Path) -> None:
    first = start_studio(tmp_path, wait=False)
    first.post("/api/v1/queue/pause")
    waiting = first.submit(picture_graph())
    assert first.stop() == 0
    second = start_studio(tmp_path)
    try:
        assert second.get(f"/api/v1/jobs/{waiting['id']}").json["state"] == "queued"
        second.post("/api/v1/queue/resume")
        assert second.wait(waiting["id"])["state"] == "succeeded"
    finally:
        assert second.stop() == 0


def test_a_job_that_kills_its_worker_twice_is_not_queued_again_and_others_run(tmp_path: Path) -> None:
    studio = start_studio(tmp_path, "--requeue-lost")
    try:
        graph = picture_graph()
        graph["2"] = {"class_type": "Die", "inputs": {"image": ["1", 0]}}
        graph["3"] = {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}}
        poison, healthy = studio.submit(graph), studio.submit(picture_graph())
        assert studio.wait(healthy["id"])["state"] == "succeeded"
        job = studio.wait(poison["id"])
        assert job["state"] == "lost" and "job.poison" in [item["code"] for item in job["problems"]]
        kinds = [item["event"]["type"] for item in studio.get(f"/api/v1/jobs/{job['id']}/events").json["events"]]
        assert kinds.count("job.requeued") == 1
    finally:
        assert studio.stop() == 0


def test_a_killed_servers_running_job_waits_again_where_that_is_wished(tmp_path: Path) -> None:
    first = start_studio(tmp_path, "--requeue-lost")
    running, waiting = first.submit(slow_graph(steps=30)), first.submit(picture_graph())
    first.wait(running["id"], {"running"})
    first.stop(signal.SIGKILL)
    second = start_studio(tmp_path, "--requeue-lost", "--start-paused")
    try:
        assert order(second) == [running["id"], waiting["id"]]
        second.post("/api/v1/queue/resume")
        assert second.wait(running["id"])["state"] == "succeeded"
    finally:
        second.stop()


def test_a_worker_that_died_says_why(studio: Studio) -> None:
    pid = studio.get("/api/v1/system").json["worker"]["pid"]
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while (worker := studio.get("/api/v1/system").json["worker"])["problem"] is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert worker["state"] == "restarting" and "SIGKILL" in worker["problem"]["message"]
    assert studio.wait_for_worker()["problem"] is None
