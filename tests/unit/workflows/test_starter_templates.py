"""The ready workflows that need no file but the starter model run, with few steps."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from graph_engine.document.compile import compile_workflow
from graph_engine.document.graph import Graph
from graph_engine.files.folders import Folders
from graph_engine.memory.torch_backend import device_memory
from graph_engine.run.build import build_surroundings
from graph_engine.run.events import Event, JobFinished, NodeFinished
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from nodes.registry import build

ROOT = Path(__file__).resolve().parents[3]
# What each paints, in pixels. A grid has gaps of 8; words above its columns take 36 and beside its rows what they need.
LATENT = {"starter-sd.safetensors", "starter-sd-inpaint.safetensors"}
SIZES = {
    "text-to-image": (128, 128),
    "image-to-image": (128, 128),
    "inpaint": (128, 128),
    "inpaint-nine-channels": (128, 128),
    "two-passes": (192, 192),
    # Two lists of two pictures fill the one row of its four columns.
    "step-sweep": (None, 8 + 136 + 36),
    # Four seeds in a row, with the latents scaled and not.
    "latent-scale": (None, 8 + 2 * 136),
    "prompt-sweep": (8 + 2 * 136, 8 + 136),
    "loop-refine": (8 + 2 * 136 + 136, 8 + 136),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[InProcessRunner, Folders]:
    folders = Folders(tmp_path_factory.mktemp("data"), (ROOT / "models",))
    folders.create()
    picture = Image.new("RGBA", (160, 160), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((50, 20, 90, 60), fill="red")
    pen.rectangle((40, 90, 100, 140), fill=(0, 0, 0, 0))
    picture.save(folders.input / "example.png")
    return InProcessRunner(build_surroundings(build(), folders, device_memory("cpu"))), folders


def hastened(graph: Graph) -> Graph:
    """Two steps where there were twenty, and two things where there was a list of them."""
    few = {"steps": 2, "count": 2, "rounds": 2, "respacing": "2"}

    def fewer(inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {key: few.get(key, value) if isinstance(value, int | str) else value for key, value in inputs.items()}

    return Graph({name: replace(node, inputs=fewer(node.inputs)) for name, node in graph.nodes.items()})


def test_every_workflow_on_the_starter_model_is_run_here() -> None:
    def files(path: Path) -> set[str]:
        nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
        return {
            value
            for node in nodes
            for key, value in node["widgets"].items()
            if key.endswith("_name") and "." in str(value)
        }

    alone = {
        path.stem for path in (ROOT / "workflows").glob("*.json") if "starter-sd.safetensors" in files(path) <= LATENT
    }
    assert alone == set(SIZES)


def painted(house: tuple[InProcessRunner, Folders], name: str, node: str) -> Path:
    """Run a ready workflow with few steps; returns the one picture that a node keeps."""
    runner, folders = house
    document = json.loads((ROOT / "workflows" / f"{name}.json").read_text(encoding="utf-8"))
    graph, problems = compile_workflow(document, build().catalogue())
    assert not problems
    events: list[Event] = []
    runner.run(RunRequest(job_id=name, graph=hastened(graph)), events.append)
    done = events[-1]
    assert isinstance(done, JobFinished)
    assert done.outcome == "succeeded", done.problems
    shown = [event.ui["images"] for event in events if isinstance(event, NodeFinished) and event.node == node]
    assert len(shown) == 1
    return folders.output / shown[0][0]["filename"]


@pytest.mark.parametrize("name", SIZES)
def test_a_workflow_on_the_starter_model_runs(house: tuple[InProcessRunner, Folders], name: str) -> None:
    with Image.open(painted(house, name, "picture")) as picture:
        width, height = SIZES[name]
        assert picture.height == height
        assert width in (None, picture.width)


@pytest.mark.parametrize("name", ["imagen", "unclip"])
def test_a_cascade_of_starters_goes_from_words_to_1024_pixels(
    house: tuple[InProcessRunner, Folders], name: str
) -> None:
    with Image.open(painted(house, name, "save")) as picture:
        assert picture.size == (1024, 1024)
        # Two steps make no picture worth grading, but one on the ground that the words leave unspoken: white.
        corner = picture.convert("L").resize((8, 8)).tobytes()[0]
        assert corner > 180
