"""The library of published sub-graphs over HTTP."""

import json
from typing import Any

import websocket

from tests.contract.conftest import Answer, Studio

JSON = {"Content_Type": "application/json"}


def node(id_: str, type_: str) -> dict[str, Any]:
    return {"id": id_, "type": type_, "position": [0, 0]}


def document(**more: Any) -> dict[str, Any]:
    inner = {"id": "inner", "title": "Inner", "nodes": [node("i", "ImageInvert")], "wires": []}
    outer = {
        "id": "outer",
        "title": "Outer",
        "nodes": [node("o", "subgraph:inner")],
        "wires": [],
        "later": {"kept": True},
    }
    whole = {"noiseloom": 2, "id": "d", "title": "Outer", "nodes": [node("n", "subgraph:outer")], "wires": []}
    return {**whole, "subgraphs": [outer, inner], **more}


def put(studio: Studio, name: str, revision: str | None = None, **more: Any) -> Answer:
    body = {"workflow": document(**more.pop("document", {})), "revision": revision, **more}
    return studio.ask("PUT", f"/api/v1/library/{name}", body, **JSON)


def named(studio: Studio, name: str) -> Any:
    return next((item for item in studio.get("/api/v1/library").json["subgraphs"] if item["name"] == name), None)


def test_a_sub_graph_is_published_with_those_inside_it_and_listed_with_its_words(studio: Studio) -> None:
    made = put(studio, "Twice%20outer", description="Inverts, twice removed.")
    assert made.status == 200, made.body
    found = named(studio, "Twice outer")
    assert (found["description"], found["revision"]) == ("Inverts, twice removed.", made.json["revision"])
    assert [item["id"] for item in found["workflow"]["subgraphs"]] == ["outer", "inner"]
    assert found["workflow"]["subgraphs"][0]["later"] == {"kept": True}
    assert named(studio, "Twice outer")["revision"] == found["revision"]
    assert all(item["name"] != "Twice outer" for item in studio.get("/api/v1/workflows/saved").json["workflows"])


def test_nothing_is_replaced_unseen_and_a_new_version_has_another_revision(studio: Studio) -> None:
    first = put(studio, "changing").json["revision"]
    again = put(studio, "changing")
    assert (again.status, again.json["problems"][0]["params"]["revision"]) == (409, first)
    second = put(studio, "changing", first, description="Better.")
    assert second.status == 200
    assert second.json["revision"] != first


def test_what_is_no_sub_graph_is_refused(studio: Studio) -> None:
    plain = {"nodes": [node("n", "ImageInvert")], "subgraphs": []}
    for wrong in (plain, {"nodes": []}, {"nodes": [node("n", "subgraph:unknown")]}):
        answer = put(studio, "wrong", document=wrong)
        assert (answer.status, answer.json["problems"][0]["code"]) == (422, "library.no_subgraph")
    assert put(studio, "..%2Fout").status == 400
    assert named(studio, "wrong") is None


def test_what_is_taken_away_comes_back_from_the_trash(studio: Studio) -> None:
    revision = put(studio, "fleeting").json["revision"]
    gone = studio.ask("DELETE", "/api/v1/library/fleeting")
    assert (gone.status, named(studio, "fleeting")) == (200, None)
    back = studio.post("/api/v1/library/restore", {"trash": gone.json["trash"], "name": "fleeting"}, **JSON)
    assert back.json["revision"] == revision == named(studio, "fleeting")["revision"]
    assert studio.ask("DELETE", "/api/v1/library/never").status == 404


def test_a_damaged_file_is_listed_as_such_and_spoils_nothing(studio: Studio) -> None:
    (studio.data / "library" / "damaged.json").write_text("{")
    (studio.data / "library" / "foreign.json").write_text('{"noiseloom": 2, "nodes": 7}')
    assert named(studio, "damaged")["workflow"] is None
    assert named(studio, "foreign")["workflow"] is None


def test_half_a_character_in_a_file_spoils_nothing(studio: Studio) -> None:
    (studio.data / "library" / "half.json").write_text(json.dumps(document(title="\ud800")))
    assert named(studio, "half")["workflow"]["title"] == "?"


def test_every_watcher_is_told_what_is_published_replaced_taken_away_and_brought_back(studio: Studio) -> None:
    socket = websocket.create_connection(f"ws://127.0.0.1:{studio.port}/api/v1/events", timeout=20)

    def told() -> Any:
        while True:
            data = socket.recv()
            frame = json.loads(data) if isinstance(data, str) else {}
            if frame.get("event", {}).get("type") == "library.changed":
                return frame["event"]["name"], frame["event"]["revision"]

    first = put(studio, "talked%20of").json["revision"]
    assert told() == ("talked of", first)
    second = put(studio, "talked%20of", first, description="Better.").json["revision"]
    assert told() == ("talked of", second)
    assert put(studio, "talked%20of", first).status == 409  # nothing changed: nothing is told
    gone = studio.ask("DELETE", "/api/v1/library/talked%20of")
    assert told() == ("talked of", None)
    studio.post("/api/v1/library/restore", {"trash": gone.json["trash"], "name": "talked of"}, **JSON)
    assert told() == ("talked of", second)
    socket.close()


def test_a_refusal_names_the_library(studio: Studio) -> None:
    refused = studio.ask("DELETE", "/api/v1/library/never-there")
    assert refused.json["problems"][0]["params"]["root"] == "library"
