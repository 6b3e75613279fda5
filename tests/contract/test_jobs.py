"""Our API for jobs, over real HTTP."""

import json
import threading
import time
import uuid
from pathlib import Path

from tests.contract.conftest import Studio, picture_graph, slow_graph

DOCUMENT = {
    "noiseloom": 1,
    "id": "6a3c6f7e-0000-4000-8000-000000000001",
    "title": "Red",
    "nodes": [
        {"id": "empty", "type": "EmptyImage", "position": [0, 0], "widgets": {"width": 8, "height": 8}},
        {"id": "save", "type": "SaveImage", "position": [300, 0], "widgets": {}, "unknown": {"kept": True}},
    ],
    "wires": [{"from": ["empty", "IMAGE"], "to": ["save", "images"]}],
    "view": {"x": 0, "y": 0, "zoom": 1},
}


def test_a_workflow_document_becomes_a_picture(studio: Studio) -> None:
    answer = studio.post("/api/v1/jobs", {"workflow": DOCUMENT})
    assert answer.status == 202
    job = studio.wait(answer.json["id"])
    assert (job["state"], job["title"], job["node_count"]) == ("succeeded", "Red", 2)
    image = job["outputs"]["save"]["images"][0]
    picture = studio.get(image["url"])
    assert picture.body.startswith(b"\x89PNG") and picture.headers["Content-Type"] == "image/png"
    assert job["workflow"]["nodes"][1]["unknown"] == {"kept": True}


def test_the_same_id_twice_is_one_job(studio: Studio) -> None:
    job_id = str(uuid.uuid4())
    first, second = studio.submit(picture_graph(), id=job_id), studio.submit(picture_graph(), id=job_id)
    assert first["number"] == second["number"]


def test_the_same_id_at_the_same_time_is_one_job(studio: Studio) -> None:
    job_id, numbers = str(uuid.uuid4()), []
    submit = lambda: numbers.append(studio.submit(picture_graph(), id=job_id)["number"])  # noqa: E731
    threads = [threading.Thread(target=submit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 6 and len(set(numbers)) == 1


def test_a_seed_beyond_sqlites_integers_survives(studio: Studio) -> None:
    for seed in (2**64 - 1, str(2**64 - 1)):
        job = studio.run(slow_graph(steps=1, seconds=0, seed=seed))
        assert job["state"] == "succeeded" and str(job["graph"]["2"]["inputs"]["seed"]) == str(2**64 - 1)


def test_a_problem_names_its_node_and_socket(studio: Studio) -> None:
    answer = studio.post("/api/v1/jobs", {"graph": picture_graph(images=["nowhere", 0])})
    assert answer.status == 422 and answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json["problems"][0]
    assert (problem["code"], problem["node"], problem["socket"]) == ("link.unknown_node", "2", "images")
    assert answer.json["status"] == 422 and answer.json["detail"]


def test_a_misspelt_field_is_told(studio: Studio) -> None:
    answer = studio.post("/api/v1/jobs", {"graph": picture_graph(), "fornt": True})
    assert answer.status == 422 and answer.json["problems"][0]["params"]["field"] == "fornt"


def test_workflow_and_graph_together_are_refused(studio: Studio) -> None:
    assert studio.post("/api/v1/jobs", {}).status == 422
    assert studio.post("/api/v1/jobs", {"graph": picture_graph(), "workflow": DOCUMENT}).status == 422


def test_targets_restrict_what_runs(studio: Studio) -> None:
    graph = picture_graph() | {"3": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}
    job = studio.run(graph, targets=["3"])
    assert set(job["outputs"]) == {"3"} and job["node_count"] == 2


def test_a_running_job_tells_its_progress_and_can_be_cancelled(studio: Studio) -> None:
    job = studio.submit(slow_graph())
    deadline = time.monotonic() + 30
    while (progress := studio.get(f"/api/v1/jobs/{job['id']}").json["progress"]) is None or not progress["value"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert progress["node"] == "2" and progress["total"] == 200 and progress["done_nodes"] == 1
    begin = time.monotonic()
    assert studio.post(f"/api/v1/jobs/{job['id']}/cancel").status == 200
    assert studio.wait(job["id"])["state"] == "cancelled"
    assert time.monotonic() - begin < 5  # left alone it takes ten


def test_a_queued_job_is_cancelled_before_it_runs_and_front_goes_first(studio: Studio) -> None:
    running = studio.submit(slow_graph())
    studio.wait(running["id"], {"running"})
    last, cancelled = studio.submit(picture_graph(colour=1)), studio.submit(picture_graph(colour=2))
    first = studio.submit(picture_graph(colour=3), front=True)
    assert studio.post(f"/api/v1/jobs/{cancelled['id']}/cancel").json["state"] == "cancelled"
    assert studio.get("/api/v1/system").json["queue"] == {"queued": 2, "running": 1, "paused": False}
    studio.post(f"/api/v1/jobs/{running['id']}/cancel")
    first, last = studio.wait(first["id"]), studio.wait(last["id"])
    assert first["started"] < last["started"]
    assert studio.get(f"/api/v1/jobs/{cancelled['id']}").json["started"] is None


def test_cancel_all_empties_the_queue(studio: Studio) -> None:
    jobs = [studio.submit(slow_graph(seed=index)) for index in range(3)]
    assert studio.post("/api/v1/jobs/cancel-all").json["cancelled"] == 3
    assert {studio.wait(job["id"])["state"] for job in jobs} == {"cancelled"}


def test_a_node_that_raises_fails_its_job_and_names_itself(studio: Studio) -> None:
    graph = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}},
        "2": {"class_type": "Broken", "inputs": {"image": ["1", 0]}},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
    }
    job = studio.run(graph)
    assert job["state"] == "failed"
    problem = job["problems"][0]
    assert problem["node"] == "2" and "the paint has dried" in problem["message"]


def test_jobs_are_listed_newest_first_and_by_page(studio: Studio) -> None:
    made = [studio.run(picture_graph(colour=index))["id"] for index in range(3)]
    page = studio.get("/api/v1/jobs?limit=2&state=succeeded").json
    assert [job["id"] for job in page["jobs"]] == made[:0:-1] and page["next"] == page["jobs"][-1]["number"]
    assert studio.get(f"/api/v1/jobs?limit=1&before={page['next']}").json["jobs"][0]["id"] == made[0]
    assert studio.get("/api/v1/jobs?state=odd").status == 422


def test_only_a_finished_job_can_be_deleted(studio: Studio) -> None:
    job = studio.submit(slow_graph())
    assert studio.ask("DELETE", f"/api/v1/jobs/{job['id']}").status == 409
    studio.post(f"/api/v1/jobs/{job['id']}/cancel")
    studio.wait(job["id"])
    assert studio.ask("DELETE", f"/api/v1/jobs/{job['id']}").status == 204
    assert studio.get(f"/api/v1/jobs/{job['id']}").status == 404
    assert studio.get(f"/api/v1/jobs/{job['id']}/events").status == 404
    assert studio.ask("DELETE", f"/api/v1/jobs/{job['id']}").status == 404


def test_a_jobs_events_are_in_order_and_paged(studio: Studio) -> None:
    job = studio.run(slow_graph(steps=30, seconds=0.01))
    path = f"/api/v1/jobs/{job['id']}/events"
    events = studio.get(path).json["events"]
    kinds = [item["event"]["type"] for item in events]
    assert kinds[:2] == ["job.queued", "job.started"] and kinds[-1] == "job.finished"
    assert [item["seq"] for item in events] == sorted(item["seq"] for item in events)
    assert 1 <= kinds.count("node.progress") < 30  # progress is coalesced on disk
    page = studio.get(f"{path}?limit=2").json
    rest = studio.get(f"{path}?after={page['next']}").json
    assert page["events"] + rest["events"] == events and rest["next"] is None


def test_pictures_are_listed_with_their_size(studio: Studio) -> None:
    job = studio.run(picture_graph(colour=77))
    image = studio.get("/api/v1/images?limit=1").json["images"][0]
    assert (image["job_id"], image["width"], image["height"], image["root"]) == (job["id"], 32, 16, "output")
    assert studio.get(image["url"]).status == 200
    older = studio.get(f"/api/v1/images?limit=1&before={image['id']}").json["images"]
    assert not older or older[0]["id"] < image["id"]


def test_a_workflow_can_be_judged_without_running_it(studio: Studio) -> None:
    assert studio.post("/api/v1/workflows/validate", {"workflow": DOCUMENT}).json == {"problems": []}
    bad = {**DOCUMENT, "wires": []}
    problems = studio.post("/api/v1/workflows/validate", {"workflow": bad}).json["problems"]
    assert problems[0]["node"] == "save" and problems[0]["socket"] == "images"


def test_node_types_carry_todays_files_and_wide_integers_as_text(studio: Studio) -> None:
    uploads = studio.data / "input" / "sample.png"
    uploads.write_bytes(studio.get(studio.run(picture_graph())["outputs"]["2"]["images"][0]["url"]).body)
    answer = studio.get("/api/v1/node-types").json
    nodes = {item["id"]: item for item in answer["nodes"]}
    assert answer["source"] == "worker" and answer["revision"]
    assert "sample.png" in nodes["LoadImage"]["inputs"][0]["widget"]["choices"]
    seed = next(item for item in nodes["Sampler"]["inputs"] if item["name"] == "seed")
    assert seed["widget"]["maximum"] == str(2**64 - 1)
    uploads.unlink()
    nodes = {item["id"]: item for item in studio.get("/api/v1/node-types").json["nodes"]}
    assert "sample.png" not in nodes["LoadImage"]["inputs"][0]["widget"]["choices"]


def test_templates_are_the_files_of_the_workflows_folder(studio: Studio) -> None:
    names = [item["name"] for item in studio.get("/api/v1/templates").json["templates"]]
    assert "text-to-image" in names
    file = Path(__file__).parents[2] / "workflows" / "text-to-image.json"
    assert studio.get("/api/v1/templates/text-to-image").json == json.loads(file.read_text())
    for name in ("none", "..%2fpyproject", "%2e%2e", "Text-To-Image"):
        assert studio.get(f"/api/v1/templates/{name}").status == 404


def test_the_system_page_and_health(studio: Studio) -> None:
    system = studio.get("/api/v1/system").json
    assert system["worker"]["state"] == "ready" and system["worker"]["pid"] and system["database"] == "ready"
    assert studio.get("/healthz").json == {"ok": True}


def test_unknown_things_are_404_and_wrong_methods_405_in_one_shape(studio: Studio) -> None:
    for method, path, status in (
        ("GET", "/api/v1/jobs/none", 404),
        ("POST", "/api/v1/jobs/none/cancel", 404),
        ("GET", "/api/v1/nothing", 404),
        ("PUT", "/api/v1/jobs", 405),
        ("TRACE", "/api/v1/jobs", 405),
    ):
        answer = studio.ask(method, path)
        assert answer.status == status, (method, path, answer.status)
        assert answer.json["problems"][0]["code"] and answer.json["status"] == status


def test_a_job_says_of_each_node_whether_and_why_it_ran(studio: Studio) -> None:
    def nodes_of(width: int) -> dict[str, tuple[str, list[str]]]:
        graph = picture_graph()
        empty = next(name for name, node in graph.items() if node["class_type"] == "EmptyImage")
        graph[empty]["inputs"]["width"] = width
        job = studio.submit(graph)
        studio.wait(job["id"])
        answer = studio.get(f"/api/v1/jobs/{job['id']}/nodes")
        assert answer.status == 200
        return {item["node"]: (item["state"], item["why"]) for item in answer.json["nodes"]}

    first, second, third = nodes_of(37), nodes_of(38), nodes_of(38)
    assert {state for state, _ in first.values()} == {"finished"}
    assert sorted(why for _, why in second.values()) == [["input:width"], ["upstream:images"]]
    assert {state for state, _ in third.values()} == {"cached"}
    assert studio.get("/api/v1/jobs/nothing/nodes").status == 404
