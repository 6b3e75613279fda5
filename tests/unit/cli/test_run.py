"""`python main.py run` as a script meets it: exit codes, words on the right stream, files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.compat.canvas.files import node, out, slot

ROOT = Path(__file__).resolve().parents[3]
PLAIN = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 255}},
    "2": {
        "class_type": "SaveImage",
        "inputs": {"images": ["1", 0], "filename_prefix": "plain"},
        "_meta": {"title": "Keep"},
    },
}


def run(*words: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), "run", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


@pytest.fixture
def places(tmp_path: Path) -> tuple[object, ...]:
    return ("--out", tmp_path / "out", "--data-dir", tmp_path / "data")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.json"
    path.write_text(json.dumps(PLAIN))
    return path


def test_a_run_writes_the_picture_and_names_it_on_standard_output(plain: Path, places: tuple, tmp_path: Path) -> None:
    done = run(plain, "--set", "1.color=0x00ff00", "--set", "Keep.filename_prefix=sub/green", *places)
    assert done.returncode == 0, done.stderr
    saved = tmp_path / "out" / "sub" / "green_00001_.png"
    assert done.stdout.strip() == str(saved)
    assert Image.open(saved).getpixel((0, 0)) == (0, 255, 0)


def test_json_lines_end_with_the_outcome_and_name_the_files(plain: Path, places: tuple) -> None:
    done = run(plain, "--json", *places)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1]["type"] == "job.finished"
    assert events[-1]["outcome"] == "succeeded"
    files = [path for event in events for path in event.get("files", ())]
    assert [Path(path).name for path in files] == ["plain_00001_.png"]


def test_a_saved_picture_can_be_run_again(plain: Path, places: tuple, tmp_path: Path) -> None:
    run(plain, *places)
    again = run(tmp_path / "out" / "plain_00001_.png", *places)
    assert again.returncode == 0, again.stderr
    assert again.stdout.strip().endswith("plain_00002_.png")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"1": {"class_type": "NoSuchNode", "inputs": {}}}, "NoSuchNode"),
        ({"1": {"class_type": "EmptyImage", "inputs": {"width": "wide"}}}, "width"),
        ({"1": {"class_type": "EmptyImage", "inputs": {"width": -1}}}, "-1"),
        ({"2": {"class_type": "SaveImage", "inputs": {"images": ["9", 0]}}}, "9"),
    ],
)
def test_what_is_wrong_with_a_workflow_is_told_before_anything_runs(
    tmp_path: Path, places: tuple, change: dict, words: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({**PLAIN, **change}))
    done = run(path, *places)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_model_is_named_with_where_to_put_it(places: tuple) -> None:
    done = run(ROOT / "workflows" / "text-to-image.json", "--set", "loader.ckpt_name=none.safetensors", *places)
    assert done.returncode == 2
    assert "none.safetensors" in done.stderr
    assert "checkpoints" in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "not JSON"), ("[]", "no workflow"), ('{"nodes": [], "links": []}', "no nodes")],
)
def test_a_file_that_holds_no_workflow_is_explained(tmp_path: Path, places: tuple, content: str, words: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content)
    done = run(path, *places)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path, places: tuple) -> None:
    done = run(tmp_path / "gone.json", *places)
    assert done.returncode == 2
    assert "gone.json" in done.stderr


CANVAS = {
    "nodes": [
        node(1, "EmptyImage", [], [out("IMAGE", 1)], [8, 8, 1, 255]),
        node(2, "SaveImage", [slot("images", "IMAGE", 1)], [], ["canvas"], title="Keep"),
    ],
    "links": [[1, 1, 0, 2, 0, "IMAGE"]],
    "version": 0.4,
}


def test_a_canvas_saved_by_comfyui_runs_and_takes_changes(tmp_path: Path, places: tuple) -> None:
    path = tmp_path / "canvas.json"
    path.write_text(json.dumps(CANVAS))
    done = run(path, "--set", "Keep.filename_prefix=mine", *places)
    assert done.returncode == 0, done.stderr
    assert Image.open(tmp_path / "out" / "mine_00001_.png").getpixel((0, 0)) == (0, 0, 255)


@pytest.mark.parametrize("suffix", ["webp", "jpg"])
def test_a_picture_of_another_format_may_carry_the_workflow(tmp_path: Path, places: tuple, suffix: str) -> None:
    picture, entries = Image.new("RGB", (8, 8)), Image.Exif()
    entries[0x0110] = f"prompt:{json.dumps(PLAIN)}"
    entries[0x010F] = f"workflow:{json.dumps(CANVAS)}"
    path = tmp_path / f"carrier.{suffix}"
    picture.save(path, exif=entries)
    done = run(path, *places)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "plain_00001_.png").exists()
