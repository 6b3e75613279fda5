import json

import numpy as np
import pytest
from PIL import Image

from graph_engine.files.folders import Folders
from graph_engine.run.events import JobFinished, NodeFinished
from tests.unit.nodes.conftest import Run


def empty(**inputs: object) -> dict:
    return {
        "class_type": "EmptyImage",
        "inputs": {"width": 16, "height": 8, "batch_size": 1, "color": 0xFF8000, **inputs},
    }


def save(source: str = "1", **inputs: object) -> dict:
    return {"class_type": "SaveImage", "inputs": {"images": [source, 0], "filename_prefix": "t", **inputs}}


def outcome(events: list) -> JobFinished:
    assert isinstance(events[-1], JobFinished)
    return events[-1]


def test_a_plain_image_has_its_colour_and_size(run: Run, folders: Folders) -> None:
    assert outcome(run({"1": empty(), "2": save()})).outcome == "succeeded"
    picture = Image.open(folders.output / "t_00001_.png")
    assert picture.size == (16, 8)
    assert picture.getpixel((0, 0)) == (255, 128, 0)


def test_inverting_twice_gives_the_picture_back(run: Run, folders: Folders) -> None:
    invert = {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}}
    again = {"class_type": "ImageInvert", "inputs": {"image": ["2", 0]}}
    run({"1": empty(), "2": invert, "3": again, "4": save("3")})
    assert Image.open(folders.output / "t_00001_.png").getpixel((3, 3)) == (255, 128, 0)


def test_each_picture_of_a_batch_is_saved_and_shown(run: Run) -> None:
    events = run({"1": empty(batch_size=3), "2": save()})
    shown = next(event.ui["images"] for event in events if isinstance(event, NodeFinished) and event.node == "2")
    assert [item["filename"] for item in shown] == ["t_00001_.png", "t_00002_.png", "t_00003_.png"]


def test_a_saved_picture_carries_its_workflow_in_ascii(run: Run, folders: Folders) -> None:
    document = {"noiseloom": 1, "title": "画"}
    run({"1": empty(), "2": save()}, noiseloom=document)
    text = Image.open(folders.output / "t_00001_.png").text["noiseloom"]
    assert text.isascii()
    assert json.loads(text) == document


def test_a_preview_goes_to_the_temporary_folder(run: Run, folders: Folders) -> None:
    run({"1": empty(), "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}})
    assert len(list(folders.temp.glob("*.png"))) == 1
    assert not list(folders.output.iterdir())


def test_a_prefix_that_leaves_the_output_folder_is_refused(run: Run, folders: Folders) -> None:
    done = outcome(run({"1": empty(), "2": save(filename_prefix="../out")}))
    assert done.outcome == "failed"
    assert done.problems[0].node == "2"
    assert not (folders.data / "out_00001_.png").exists()


def test_a_loaded_picture_comes_with_its_transparency(run: Run, folders: Folders) -> None:
    pixels = np.zeros((4, 4, 4), dtype=np.uint8)
    pixels[:, :2] = (10, 20, 30, 255)
    Image.fromarray(pixels).save(folders.input / "in.png")
    run({"1": {"class_type": "LoadImage", "inputs": {"image": "in.png"}}, "2": save()})
    assert Image.open(folders.output / "t_00001_.png").getpixel((0, 0)) == (10, 20, 30)


def masked(mask: str) -> dict:
    load = {"class_type": "LoadImage", "inputs": {"image": "in.png", "mask": mask}}
    return {"1": load, "3": {"class_type": "MaskToImage", "inputs": {"mask": ["1", 1]}}, "2": save("3")}


def test_a_painted_mask_is_white_where_it_is_set_whatever_the_picture_lets_through(run: Run, folders: Folders) -> None:
    Image.new("RGBA", (4, 2), (10, 20, 30, 0)).save(folders.input / "in.png")
    painted = Image.new("L", (4, 2), 0)
    painted.putpixel((3, 1), 255)
    painted.putpixel((2, 1), 100)
    painted.save(folders.input / "in-mask.png")
    run(masked("in-mask.png"))
    made = Image.open(folders.output / "t_00001_.png").convert("L")
    assert [made.getpixel(at) for at in ((0, 0), (2, 1), (3, 1))] == [0, 100, 255]


def test_a_mask_of_another_size_is_refused_with_both_sizes(run: Run, folders: Folders) -> None:
    Image.new("RGB", (4, 2)).save(folders.input / "in.png")
    Image.new("L", (8, 8)).save(folders.input / "in-mask.png")
    problem = outcome(run(masked("in-mask.png"))).problems[0]
    assert problem.node == "1" and "8 × 8" in problem.message and "4 × 2" in problem.message


def test_a_mask_that_is_not_there_is_told_before_the_run_and_none_is_no_mask(run: Run, folders: Folders) -> None:
    Image.new("RGB", (4, 2)).save(folders.input / "in.png")
    assert outcome(run(masked(""))).outcome == "succeeded"
    assert outcome(run(masked("gone.png"))).problems[0].node == "1"


@pytest.mark.parametrize("content", [b"", b"not a picture", b"%!PS-Adobe\n", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_named_with_the_formats(run: Run, folders: Folders, content: bytes) -> None:
    (folders.input / "bad.png").write_bytes(content)
    problem = outcome(run({"1": {"class_type": "LoadImage", "inputs": {"image": "bad.png"}}, "2": save()})).problems[0]
    assert "bad.png" in problem.message
    assert "PNG, JPEG" in problem.message
    assert problem.node == "1"


def test_a_saved_picture_is_loaded_again_by_its_name(run: Run, folders: Folders) -> None:
    run({"1": empty(), "2": save()})
    for name in ("t_00001_.png", "t_00001_.png [output]"):
        load = {"class_type": "LoadImageOutput", "inputs": {"image": name}}
        assert outcome(run({"1": load, "2": save(filename_prefix="again")})).outcome == "succeeded"
    assert Image.open(folders.output / "again_00001_.png").getpixel((0, 0)) == (255, 128, 0)
