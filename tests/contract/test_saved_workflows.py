"""Workflows saved by name, over the wire."""

from typing import Any

from PIL import Image

from tests.contract.conftest import Answer, Studio, picture_graph

JSON = {"Content_Type": "application/json"}
BASE = "/api/v1/workflows/saved"
DOCUMENT = {"noiseloom": 2, "id": "d", "title": "Mine", "nodes": [], "wires": []}


def save(studio: Studio, name: str, revision: str | None = None, **changes: Any) -> Answer:
    return studio.ask("PUT", f"{BASE}/{name}", {"workflow": {**DOCUMENT, **changes}, "revision": revision}, **JSON)


def test_a_workflow_is_saved_listed_opened_and_deleted_and_comes_back(studio: Studio) -> None:
    revision = save(studio, "people%2Ffirst").json["revision"]
    assert "people/first" in [item["name"] for item in studio.get(BASE).json["workflows"]]
    opened = studio.get(f"{BASE}/people%2Ffirst").json
    assert (opened["revision"], opened["workflow"]["title"], opened["problems"]) == (revision, "Mine", [])
    trash = studio.ask("DELETE", f"{BASE}/people%2Ffirst").json["trash"]
    assert studio.get(f"{BASE}/people%2Ffirst").status == 404
    back = studio.post("/api/v1/workflows/trash/restore", {"trash": trash, "name": "people/first"}, **JSON)
    assert back.json["revision"] == revision


def test_a_save_over_somebody_else_s_change_is_refused_with_the_present_revision(studio: Studio) -> None:
    first = save(studio, "shared").json["revision"]
    second = save(studio, "shared", first, title="Theirs").json["revision"]
    refused = save(studio, "shared", first, title="Mine")
    assert refused.status == 409
    assert refused.json["problems"][0]["params"]["revision"] == second
    assert studio.get(f"{BASE}/shared").json["workflow"]["title"] == "Theirs"


def test_an_earlier_version_can_be_opened(studio: Studio) -> None:
    first = save(studio, "versions", title="One").json["revision"]
    save(studio, "versions", first, title="Two")
    versions = studio.get(f"{BASE}/versions/versions").json["versions"]
    assert studio.get(f"{BASE}/versions/versions/{versions[0]['number']}").json["workflow"]["title"] == "One"


def test_values_of_renamed_widgets_move_and_are_told_on_opening(studio: Studio) -> None:
    node = {"id": "i", "type": "EmptyImage", "widgets": {"breadth": 9}}
    save(studio, "renamed", nodes=[node])
    opened = studio.get(f"{BASE}/renamed").json
    assert opened["workflow"]["nodes"][0]["widgets"] == {"width": 9}
    assert [item["code"] for item in opened["problems"]] == ["import.value_moved"]


def test_a_name_that_leads_out_is_refused(studio: Studio) -> None:
    for name in ("..%2Fescape", "%2Fetc%2Fpasswd", ".versions", "a%5C..%5C..%5Cb"):
        assert save(studio, name).status == 400
    assert not (studio.data / "escape.json").exists()


def test_what_is_no_document_is_not_saved(studio: Studio) -> None:
    answer = studio.ask("PUT", f"{BASE}/odd", {"workflow": {"nodes": []}, "revision": None}, **JSON)
    assert answer.status == 422


def test_the_list_comes_in_pages(studio: Studio) -> None:
    for number in range(5):
        save(studio, f"page-{number}")
    names: list[str] = []
    after = "page-"
    while after is not None:
        page = studio.get(f"{BASE}?limit=2&after={after}").json
        names += [item["name"] for item in page["workflows"]]
        after = page["next"]
    assert [name for name in names if name.startswith("page-")] == [f"page-{number}" for number in range(5)]


def test_the_list_says_what_a_workflow_is_and_which_of_its_models_are_missing(studio: Studio) -> None:
    nodes = [
        {"id": "a", "type": "EmptyImage", "position": [10, 20], "size": [240, 90]},
        {"id": "b", "type": "NobodyKnowsThis", "position": [300, 20]},
    ]
    save(studio, "cards%2Fone", nodes=nodes, extra={"tags": ["portrait"], "description": "What it is for."})
    (item,) = (item for item in studio.get(BASE).json["workflows"] if item["name"] == "cards/one")
    card = item["card"]
    assert (card["title"], card["tags"], card["nodes"]) == ("Mine", ["portrait"], 2)
    assert card["outline"] == [[10, 20, 240, 90], [300, 20, 240, 120]]
    assert card["unknown_types"] == ["NobodyKnowsThis"]


def test_a_workflow_shows_a_picture_that_was_made_here(studio: Studio) -> None:
    save(studio, "shown")
    images = studio.run(picture_graph())
    assert images["state"] == "succeeded"
    made = studio.get("/api/v1/images?limit=1").json["images"][0]
    path = "/".join(part for part in (made["subfolder"], made["filename"]) if part)
    assert studio.get(f"{BASE}/shown/thumbnail").status == 404
    kept = studio.ask("PUT", f"{BASE}/shown/thumbnail", {"root": made["root"], "path": path}, **JSON)
    assert kept.status == 204
    (item,) = (item for item in studio.get(BASE).json["workflows"] if item["name"] == "shown")
    assert studio.get(item["thumbnail"]).body[8:12] == b"WEBP"
    refused = studio.ask("PUT", f"{BASE}/shown/thumbnail", {"root": "output", "path": "../noiseloom.db"}, **JSON)
    assert refused.status == 400


def test_a_workflow_is_given_another_name_with_its_versions(studio: Studio) -> None:
    save(studio, "before", save(studio, "before").json["revision"], title="Two")
    save(studio, "taken")
    assert studio.post(f"{BASE}/before/move", {"to": "taken"}, **JSON).status == 409
    assert studio.post(f"{BASE}/before/move", {"to": "folder/after"}, **JSON).status == 204
    assert studio.get(f"{BASE}/before").status == 404
    assert studio.get(f"{BASE}/folder%2Fafter").json["workflow"]["title"] == "Two"
    assert len(studio.get(f"{BASE}/folder%2Fafter/versions").json["versions"]) == 1


def test_the_trash_lists_what_was_deleted(studio: Studio) -> None:
    save(studio, "old%2Fgone")
    trash = studio.ask("DELETE", f"{BASE}/old%2Fgone").json["trash"]
    listed = studio.get("/api/v1/workflows/trash").json["workflows"]
    assert [item["name"] for item in listed if item["trash"] == trash] == ["old/gone"]


def test_a_file_that_cannot_be_read_spoils_neither_the_list_nor_the_answer(studio: Studio) -> None:
    folder = studio.data / "workflows"
    (folder / "deep.json").write_text("[" * 100_000)
    half = r'{"noiseloom": 2, "id": "h", "title": "\ud800", "nodes": [{"id": "1", "type": "\udfff"}], "wires": []}'
    (folder / "half.json").write_text(half)
    listed = {item["name"]: item["card"] for item in studio.get(BASE).json["workflows"]}
    assert listed["deep"] is None and listed["half"]["unknown_types"] == ["?"]
    refused = studio.get(f"{BASE}/deep")
    assert (refused.status, refused.json["problems"][0]["code"]) == (422, "document.not_ours")
    assert studio.get(f"{BASE}/half").json["workflow"]["title"] == "?"


def test_a_name_that_is_taken_is_refused_as_such(studio: Studio) -> None:
    save(studio, "one-name")
    save(studio, "other-name")
    moved = studio.post(f"{BASE}/other-name/move", {"to": "one-name"}, **JSON)
    assert (moved.status, moved.json["problems"][0]["code"]) == (409, "workflow.name_taken")


def test_only_the_gallery_s_kinds_of_picture_are_opened_for_a_thumbnail(studio: Studio) -> None:
    save(studio, "odd")
    Image.new("RGB", (4, 4)).save(studio.data / "output" / "odd.tga")
    refused = studio.ask("PUT", f"{BASE}/odd/thumbnail", {"root": "output", "path": "odd.tga"}, **JSON)
    assert refused.status == 422
