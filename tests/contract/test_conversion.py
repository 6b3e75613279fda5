"""Workflows in any form over the wire: converted, and run by ComfyUI's own route."""

import time
from typing import Any

from tests.contract.conftest import Studio
from tests.unit.compat.canvas.files import node, out, slot

CANVAS = {
    "last_node_id": 3,
    "last_link_id": 1,
    "nodes": [
        node(1, "EmptyImage", [], [out("IMAGE", 1)], [8, 4, 1, 255]),
        node(2, "SaveImage", [slot("images", "IMAGE", 1)], [], ["from canvas"]),
        node(3, "Note", [], [], ["Only words"]),
    ],
    "links": [[1, 1, 0, 2, 0, "IMAGE"]],
    "version": 0.4,
}
GRAPH = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 4, "batch_size": 1, "color": 255}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "from canvas"}},
}


def convert(studio: Studio, workflow: Any, to: str) -> Any:
    answer = studio.post("/api/v1/workflows/convert", {"workflow": workflow, "to": to}, Content_Type="application/json")
    assert answer.status == 200, answer.body
    return answer.json


def test_a_canvas_becomes_a_graph_and_a_document_that_runs(studio: Studio) -> None:
    made = convert(studio, CANVAS, "graph")
    assert (made["came_as"], made["workflow"], made["problems"]) == ("canvas", GRAPH, [])
    document = convert(studio, CANVAS, "document")["workflow"]
    answer = studio.post("/api/v1/jobs", {"workflow": document}, Content_Type="application/json")
    assert studio.wait(answer.json["id"])["state"] == "succeeded"


def test_a_graph_becomes_a_document_and_a_canvas_and_comes_back(studio: Studio) -> None:
    document = convert(studio, GRAPH, "document")["workflow"]
    assert convert(studio, document, "graph")["workflow"] == GRAPH
    canvas = convert(studio, GRAPH, "canvas")["workflow"]
    assert convert(studio, canvas, "graph")["workflow"] == GRAPH


def test_a_canvas_of_one_version_becomes_one_of_the_other(studio: Studio) -> None:
    newer = convert(studio, CANVAS, "canvas-1.0")
    assert (newer["came_as"], newer["form"], newer["workflow"]["version"]) == ("canvas", "canvas-1.0", 1)
    assert newer["workflow"]["links"][0]["origin_id"] == 1
    older = convert(studio, newer["workflow"], "canvas")
    assert (older["came_as"], older["workflow"]["version"]) == ("canvas-1.0", 0.4)
    assert older["workflow"]["links"] == CANVAS["links"]
    assert convert(studio, newer["workflow"], "graph")["workflow"] == GRAPH


def test_what_is_no_workflow_is_refused_in_words(studio: Studio) -> None:
    answer = studio.post("/api/v1/workflows/convert", {"workflow": {"a": 1}}, Content_Type="application/json")
    assert answer.status == 422
    assert "neither" in answer.json["problems"][0]["message"]


def test_the_prompt_route_takes_a_canvas_too(studio: Studio) -> None:
    for body in ({"prompt": CANVAS, "client_id": "canvas"}, CANVAS):
        answer = studio.post("/prompt", body, Content_Type="application/json")
        assert answer.status == 200, answer.body
        job = answer.json["prompt_id"]
        deadline = time.monotonic() + 30
        while not (history := studio.get(f"/history/{job}").json) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert history[job]["status"]["status_str"] == "success"
        assert history[job]["outputs"]["2"]["images"][0]["filename"].startswith("from canvas")
