"""The gallery over the wire."""

import io
import json
import os
import time
import uuid
import zipfile
from typing import Any
from urllib.parse import quote

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.contract.conftest import Studio, picture_graph, start_studio

JSON = {"Content_Type": "application/json"}


def prompt_graph(words: str, colour: int, prefix: str = "gallery", size: int = 32) -> Any:
    graph = picture_graph(colour=colour, filename_prefix=prefix)
    graph["1"]["inputs"] |= {"width": 2 * size, "height": size}
    graph["2"]["_meta"] = {"title": "Keep"}
    return {
        **graph,
        "3": {
            "class_type": "Sampler",
            "inputs": {"image": ["1", 0], "seed": colour, "steps": 1, "seconds": 0, "method": "euler", "note": words},
        },
        "2": {**graph["2"], "inputs": {"images": ["3", 0], "filename_prefix": prefix}},
    }


def find(studio: Studio, search: str = "", **more: Any) -> list[Any]:
    words = "&".join(f"{name}={value}" for name, value in more.items())
    answer = studio.get(f"/api/v1/pictures?search={quote(search)}&{words}")
    assert answer.status == 200, answer.body
    return answer.json["pictures"]


def wait_for(studio: Studio, search: str, count: int = 1) -> list[Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = find(studio, search)
        if len(found) == count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{search}: {find(studio, search)}")


def made(studio: Studio, colour: int = 1, **more: Any) -> Any:
    """A picture of a job of its own."""
    prefix = f"g{uuid.uuid4().hex[:8]}/made"
    studio.run(prompt_graph("words", colour, prefix, **more))
    return wait_for(studio, prefix.split("/")[0])[0]


def change(studio: Studio, ids: list[int], **what: Any) -> int:
    answer = studio.post("/api/v1/pictures/changes", {"ids": ids, **what}, **JSON)
    assert answer.status == 200, answer.body
    return answer.json["changed"]


def test_a_job_s_picture_is_in_the_gallery_with_what_made_it(studio: Studio) -> None:
    colour = uuid.uuid4().int % (1 << 24)
    job = studio.run(prompt_graph("nothing", colour))
    (found,) = wait_for(studio, f"seed:{colour} job:{job['id']}")
    assert (found["width"], found["height"], found["seed"], found["state"]) == (64, 32, str(colour), "kept")
    assert found["workflow"] and found["blur"] and found["steps"] == 1
    detail = studio.get(f"/api/v1/pictures/{found['id']}").json
    assert {"seed", "note", "filename_prefix"} <= {item["name"] for item in detail["parameters"]}
    assert studio.get(f"/api/v1/pictures/{found['id']}/workflow").json["workflow"]["2"]["class_type"] == "SaveImage"
    path = f"{found['subfolder']}/{found['filename']}".strip("/")
    assert studio.get(f"/api/v1/pictures/of?path={path}").json["picture"]["id"] == found["id"]


def test_stars_trash_and_undo(studio: Studio) -> None:
    one = made(studio)
    where = one["subfolder"]
    assert change(studio, [one["id"]], star=True) == 1
    assert find(studio, f"{where} is:star")[0]["star"]
    assert change(studio, [one["id"]], trash=True) == 1
    assert find(studio, where) == [] and find(studio, f"{where} is:trash")[0]["trashed"] is not None
    assert studio.get(one["url"]).status == 200
    assert change(studio, [one["id"]], trash=False) == 1
    assert len(find(studio, where)) == 1


def test_only_what_is_in_the_trash_can_be_deleted_for_good(studio: Studio) -> None:
    one = made(studio)
    kept = studio.post("/api/v1/pictures/delete", {"ids": [one["id"]]}, **JSON)
    assert kept.json["changed"] == 0 and studio.get(one["url"]).status == 200
    change(studio, [one["id"]], trash=True)
    assert studio.post("/api/v1/pictures/delete", {"ids": [one["id"]]}, **JSON).json["changed"] == 1
    assert studio.get(one["url"]).status == 404 and studio.get(f"/api/v1/pictures/{one['id']}").status == 404


def test_a_thumbnail_is_small_keeps_its_shape_and_is_not_sent_twice(studio: Studio) -> None:
    one = made(studio, size=700)
    answer = studio.get(one["thumbnail"] + "&side=256")
    assert answer.headers["Content-Type"] == "image/webp" and "max-age" in answer.headers["Cache-Control"]
    assert Image.open(io.BytesIO(answer.body)).size == (512, 256)
    again = studio.get(one["thumbnail"] + "&side=256", If_None_Match=answer.headers["ETag"])
    assert again.status == 304
    assert studio.get(one["thumbnail"] + "&side=3000").status == 422


def test_several_pictures_come_in_one_archive(studio: Studio) -> None:
    ids = [made(studio, colour)["id"] for colour in (1, 2)]
    answer = studio.get(f"/api/v1/pictures/archive?ids={ids[0]},{ids[1]}&workflow=false")
    assert answer.headers["Content-Type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(answer.body)).namelist()
    assert len(names) == 2 and all(name.endswith(".png") for name in names)
    assert studio.get("/api/v1/pictures/archive?ids=1").status == 404


def test_boards_hold_pictures_in_order(studio: Studio) -> None:
    ids = [made(studio, colour)["id"] for colour in (1, 2, 3)]
    board = studio.post("/api/v1/boards", {"title": f"B {ids[0]}", "ids": ids[:2]}, **JSON).json
    place = f"/api/v1/boards/{board['id']}"
    added = studio.post(f"{place}/pictures", {"add": [ids[2]], "remove": [ids[1]]}, **JSON)
    assert added.json["changed"] == 2
    assert [item["id"] for item in find(studio, f"board:{board['id']}")] == [ids[2], ids[0]]
    assert studio.post(f"{place}/order", {"id": ids[0], "before": ids[2]}, **JSON).status == 204
    assert [item["id"] for item in find(studio, f"board:{board['id']}")] == [ids[0], ids[2]]
    assert studio.post(place, {"title": "Renamed"}, **JSON).status == 204
    listed = {item["id"]: item for item in studio.get("/api/v1/boards").json["boards"]}
    assert listed[board["id"]]["title"] == "Renamed" and listed[board["id"]]["pictures"] == 2
    assert studio.ask("DELETE", place).json["ids"] == [ids[0], ids[2]]
    assert studio.ask("DELETE", place).status == 404


def test_the_summary_counts_by_month(studio: Studio) -> None:
    one = made(studio)
    summary = studio.get(f"/api/v1/pictures/summary?search={one['subfolder']}").json
    assert summary["total"] == 1
    (month,) = summary["months"]
    assert month["month"] == time.strftime("%Y-%m", time.gmtime(one["made"])) and month["until"] > one["id"]


def test_what_a_search_does_not_understand_is_told(studio: Studio) -> None:
    assert studio.get("/api/v1/pictures?search=seed:abc").json["ignored"] == ["seed:abc"]


def test_pictures_that_came_from_elsewhere_are_found_by_a_scan_and_those_gone_are_set_apart(tmp_path: Any) -> None:
    output = tmp_path / "data" / "output" / "old"
    output.mkdir(parents=True)
    told = PngInfo()
    told.add_text("prompt", json.dumps(prompt_graph("a lighthouse", 7)))
    for number in range(3):
        Image.new("RGB", (30, 20), (number, 0, 0)).save(output / f"scan-{number}.png", pnginfo=told)
    (output / "no-picture.png").write_bytes(b"hello")
    studio = start_studio(tmp_path, wait=False)
    try:
        found = wait_for(studio, "scan", 3)
        assert {item["filename"] for item in found} == {f"scan-{number}.png" for number in range(3)}
        assert {(item["seed"], item["workflow"]) for item in found} == {("7", True)}
        whole, plain = (
            Image.open(io.BytesIO(studio.get(f"/api/v1/pictures/{found[0]['id']}/download?workflow={wish}").body))
            for wish in ("true", "false")
        )
        assert "prompt" in whole.info and plain.info == {} and whole.tobytes() == plain.tobytes()
        (output / "scan-1.png").unlink()
        assert studio.post("/api/v1/pictures/scan").status == 200
        assert [item["filename"] for item in wait_for(studio, "scan is:missing")] == ["scan-1.png"]
        gone = wait_for(studio, "scan is:missing")[0]
        assert studio.get(gone["thumbnail"]).status == 404
    finally:
        assert studio.stop() == 0


def test_files_of_strangers_do_not_end_a_scan(tmp_path: Any) -> None:
    output = tmp_path / "data" / "output"
    output.mkdir(parents=True)
    half = PngInfo()
    half.add_text("prompt", r'{"1": {"class_type": "A\ud800", "inputs": {"text": "half \udfff", "k\ud800": 1}}}')
    Image.new("RGB", (3, 2)).save(output / "half.png", pnginfo=half)
    Image.new("RGB", (3, 2)).save(output / "plain.png")
    with open(os.fsencode(output) + b"/not-text-\xff.png", "wb") as file:
        Image.new("RGB", (3, 2)).save(file, "PNG")
    studio = start_studio(tmp_path, wait=False)
    try:
        assert [item["filename"] for item in wait_for(studio, "plain")] == ["plain.png"]
        (found,) = wait_for(studio, "half")
        place = f"/api/v1/pictures/{found['id']}"
        assert found["prompt"] == "half ?"
        assert studio.get(place).json["parameters"][0]["type"] == "A?"
        assert studio.get(f"{place}/workflow").status == 200
    finally:
        assert studio.stop() == 0


def test_numbers_that_no_picture_can_have_are_refused_by_name(studio: Studio) -> None:
    large = 10**30
    board = studio.post("/api/v1/boards", {"title": "Numbers"}, **JSON).json["id"]
    answers = [
        studio.post("/api/v1/pictures/changes", {"ids": [large], "star": True}, **JSON),
        studio.post("/api/v1/pictures/delete", {"ids": [large]}, **JSON),
        studio.post("/api/v1/boards", {"title": "More", "ids": [large]}, **JSON),
        studio.post(f"/api/v1/boards/{board}/pictures", {"add": [large]}, **JSON),
        studio.post(f"/api/v1/boards/{board}", {"title": "   "}, **JSON),
        studio.get(f"/api/v1/pictures?after={large}"),
    ]
    assert [answer.status for answer in answers] == [422] * len(answers)
    assert studio.get("/api/v1/pictures?search=date:0001&tz=900").status == 200


def test_a_picture_named_twice_is_once_in_the_archive_and_the_answer_is_guarded(studio: Studio) -> None:
    one = made(studio)["id"]
    answer = studio.get(f"/api/v1/pictures/archive?ids={one},{one}")
    assert len(zipfile.ZipFile(io.BytesIO(answer.body)).namelist()) == 1
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Content-Security-Policy" in answer.headers


def test_a_download_keeps_the_name_of_its_file(studio: Studio) -> None:
    name = f"红色房子-{uuid.uuid4().hex[:8]}"
    studio.run(prompt_graph("words", 3, name))
    (one,) = wait_for(studio, name)
    for wish in ("true", "false"):
        told = studio.get(f"/api/v1/pictures/{one['id']}/download?workflow={wish}").headers
        assert told["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(one['filename'], safe='')}"
        assert "sandbox" in told["Content-Security-Policy"]


def test_what_is_deleted_for_good_leaves_no_likeness_behind(studio: Studio) -> None:
    one = made(studio, size=700)
    before = set((studio.data / "thumbnails").rglob("*.webp"))
    assert studio.get(one["thumbnail"] + "&side=256").status == 200
    assert len(set((studio.data / "thumbnails").rglob("*.webp")) - before) == 1
    change(studio, [one["id"]], trash=True)
    assert studio.post("/api/v1/pictures/delete", {"ids": [one["id"]]}, **JSON).json["changed"] == 1
    assert set((studio.data / "thumbnails").rglob("*.webp")) == before
