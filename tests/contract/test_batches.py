"""Batches over real HTTP: a grid of jobs queued as one, watched as one, cancelled as one."""

import uuid
from typing import Any

import pytest

from tests.contract.conftest import FINAL, Studio, picture_graph, slow_graph
from tests.contract.test_jobs import DOCUMENT


def axis(node: str, name: str, values: list[Any], **more: Any) -> Any:
    return {"inputs": [{"node": node, "input": name, "values": values}], **more}


def submit(studio: Studio, **body: Any) -> Any:
    answer = studio.post("/api/v1/batches", body)
    assert answer.status == 202, answer.body
    return answer.json


def wait(studio: Studio, batch: Any) -> Any:
    for cell in studio.get(f"/api/v1/batches/{batch['id']}").json["cells"]:
        studio.wait(cell["job"], FINAL)
    return studio.get(f"/api/v1/batches/{batch['id']}").json


def test_a_batch_is_the_product_of_its_axes_and_its_results_are_a_grid(studio: Studio) -> None:
    colours, zipped = [1, 2, 3], {"inputs": [axis("1", "width", [8, 16])["inputs"][0]]}
    zipped["inputs"].append({"node": "1", "input": "height", "values": [4, 32]})
    batch = submit(studio, graph=picture_graph(), axes=[axis("1", "color", colours, title="colour"), zipped])
    assert batch["total"] == 6 and batch["axes"][0]["title"] == "colour"
    grid = wait(studio, batch)
    assert grid["progress"] == {"queued": 0, "running": 0, "succeeded": 6, "failed": 0, "cancelled": 0, "lost": 0}
    assert [cell["steps"] for cell in grid["cells"]] == [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]]
    assert all(studio.get(cell["images"][0]["url"]).status == 200 for cell in grid["cells"])
    job = studio.get(f"/api/v1/jobs/{grid['cells'][3]['job']}").json
    inputs = job["graph"]["1"]["inputs"]
    assert (inputs["color"], inputs["width"], inputs["height"]) == (2, 16, 32)
    assert (job["batch"], job["batch_index"]) == (batch["id"], 3)
    page = studio.get(f"/api/v1/batches/{batch['id']}?limit=4&after=1").json
    assert [cell["index"] for cell in page["cells"]] == [2, 3, 4, 5] and page["next"] is None
    assert studio.get("/api/v1/batches?limit=1").json["batches"][0]["id"] == batch["id"]


def test_a_batch_of_a_workflow_document_varies_its_widgets(studio: Studio) -> None:
    batch = submit(studio, workflow=DOCUMENT, axes=[axis("empty", "width", [8, 24])])
    grid = wait(studio, batch)
    jobs = [studio.get(f"/api/v1/jobs/{cell['job']}").json for cell in grid["cells"]]
    assert [job["workflow"]["nodes"][0]["widgets"]["width"] for job in jobs] == [8, 24]
    assert grid["title"] == "Red"


def test_the_same_batch_twice_is_one(studio: Studio) -> None:
    body = {"graph": picture_graph(), "axes": [axis("1", "color", [1, 2])], "id": str(uuid.uuid4())}
    first, second = submit(studio, **body), submit(studio, **body)
    assert first["number"] == second["number"] and len(wait(studio, first)["cells"]) == 2


def test_a_batch_is_cancelled_as_one_and_others_go_on(studio: Studio) -> None:
    batch = submit(studio, graph=slow_graph(steps=2000), axes=[axis("2", "seed", [1, 2, 3])])
    first = studio.get(f"/api/v1/batches/{batch['id']}").json["cells"][0]["job"]
    studio.wait(first, {"running"})
    other = studio.submit(picture_graph(colour=4))
    assert studio.post(f"/api/v1/batches/{batch['id']}/cancel").json["cancelled"] == 3
    assert wait(studio, batch)["progress"]["cancelled"] == 3
    assert studio.wait(other["id"])["state"] == "succeeded"


def test_one_bad_point_refuses_the_whole_batch_and_says_which(studio: Studio) -> None:
    before = studio.get("/api/v1/jobs?limit=1").json["jobs"][0]["number"]
    answer = studio.post("/api/v1/batches", {"graph": picture_graph(), "axes": [axis("1", "width", [8, 0])]})
    assert answer.status == 422
    problem = answer.json["problems"][0]
    assert problem["code"] == "value.too_small" and problem["params"]["point"] == "1.width = 0"
    assert studio.get("/api/v1/jobs?limit=1").json["jobs"][0]["number"] == before


@pytest.mark.parametrize(
    "axes,code",
    [
        ([axis("9", "width", [1])], "batch.unknown_node"),
        ([axis("2", "images", [1])], "batch.wired"),
        ([{"inputs": [*axis("1", "width", [1, 2])["inputs"], *axis("1", "height", [1])["inputs"]]}], "batch.uneven"),
        ([axis("1", "width", list(range(1, 50))), axis("1", "height", list(range(1, 50)))], "batch.too_large"),
        ([], "request.invalid"),
    ],
)
def test_what_cannot_be_a_batch_is_said(studio: Studio, axes: Any, code: str) -> None:
    answer = studio.post("/api/v1/batches", {"graph": picture_graph(), "axes": axes})
    assert answer.status == 422 and answer.json["problems"][0]["code"] == code
    assert studio.get("/api/v1/batches/none").status == 404
