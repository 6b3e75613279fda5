"""The journal of drafts, over the wire."""

import signal
import uuid
from pathlib import Path
from typing import Any

from tests.contract.conftest import Answer, Studio, start_studio

JSON = {"Content_Type": "application/json"}
BASE = "/api/v1/drafts"
DOCUMENT = {"noiseloom": 2, "id": "d", "title": "Mine", "nodes": [], "wires": []}


def write(studio: Studio, draft: str, head: int | None = None, **changes: Any) -> Answer:
    state = {"document": {**DOCUMENT, **changes}, "browser": "b", "about": {"saved": None}}
    return studio.ask("PUT", f"{BASE}/{draft}", {"state": state, "head": head}, **JSON)


def change(studio: Studio, draft: str, head: int, *changes: Any) -> Answer:
    return studio.post(f"{BASE}/{draft}/changes", {"changes": list(changes), "head": head}, **JSON)


def title(words: str) -> Any:
    return {"set": ["document", "title"], "value": words}


def test_a_draft_is_written_changed_read_closed_and_taken_out_again(studio: Studio) -> None:
    draft = str(uuid.uuid4())
    head = write(studio, draft).json["head"]
    head = change(studio, draft, head, title("Changed")).json["head"]
    assert studio.get(f"{BASE}/{draft}/head").json == {"head": head}
    read = studio.get(f"{BASE}/{draft}").json
    assert (read["state"]["document"]["title"], read["state"]["about"]) == ("Changed", {"saved": None})
    assert draft in [item["id"] for item in studio.get(BASE).json["drafts"]]
    assert studio.post(f"{BASE}/{draft}/close", {}, **JSON).status == 204
    assert studio.get(f"{BASE}/{draft}").status == 404
    assert draft in [item["id"] for item in studio.get(f"{BASE}?closed=true").json["drafts"]]
    assert studio.post(f"{BASE}/{draft}/reopen", {}, **JSON).json["state"]["document"]["title"] == "Changed"


def test_a_second_window_is_told_and_overwrites_nothing(studio: Studio) -> None:
    draft = str(uuid.uuid4())
    head = write(studio, draft).json["head"]
    theirs = change(studio, draft, head, title("Theirs")).json["head"]
    refused = change(studio, draft, head, title("Mine"))
    assert (refused.status, refused.json["problems"][0]["code"]) == (409, "draft.moved")
    assert refused.json["problems"][0]["params"]["head"] == theirs
    assert studio.get(f"{BASE}/{draft}").json["state"]["document"]["title"] == "Theirs"


def test_every_acknowledged_change_is_there_after_the_server_was_killed(tmp_path: Path) -> None:
    studio = start_studio(tmp_path, wait=False)
    draft = str(uuid.uuid4())
    head = write(studio, draft).json["head"]
    for number in range(20):
        head = change(studio, draft, head, title(f"Step {number}")).json["head"]
    studio.stop(signal.SIGKILL)
    again = start_studio(tmp_path, data=studio.data, wait=False)
    read = again.get(f"{BASE}/{draft}").json
    assert (read["head"], read["state"]["document"]["title"]) == (head, "Step 19")
    again.stop()


def test_what_does_not_fit_is_refused_in_words(studio: Studio) -> None:
    draft = str(uuid.uuid4())
    head = write(studio, draft).json["head"]
    assert change(studio, draft, head, {"unset": ["no", "place"]}).json["problems"][0]["code"] == "draft.change_refused"
    assert change(studio, draft, head, {"remove": []}).status == 422
    assert write(studio, "..%2F..%2Fescape").status == 400
    assert studio.post(f"{BASE}/{uuid.uuid4()}/close", {}, **JSON).status == 404
    bad = {"state": {"document": {"nodes": []}}, "head": None}
    assert studio.ask("PUT", f"{BASE}/{draft}", bad, **JSON).status == 422
