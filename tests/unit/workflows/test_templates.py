"""Every ready workflow compiles, is wired as its nodes ask (model files aside), and lies readably on the canvas."""

import json
from itertools import combinations
from pathlib import Path
from textwrap import wrap

import pytest

from graph_engine.document.compile import compile_workflow
from graph_engine.spec.node import Catalogue, FileWidget, IntegerWidget, NodeSpec, TextWidget
from graph_engine.validate.validate import validate
from nodes.registry import build

FOLDER = Path(__file__).resolve().parents[3] / "workflows"
EVERY = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
# As web/client/src/canvas/model/anatomy.ts draws them.
WIDTH, HEAD, ROW, WIDGET_ROW, FOOT = 240, 34, 24, 28, 8
TEXT_ROW, SEED_ROW, INPUT_PICTURE_ROW, PICTURE_ROW, PREVIEW_ROW, WORDS_ROW = 92, 48, 144, 232, 168, 44


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return build().catalogue()


@EVERY
def test_a_ready_workflow_has_no_problem_but_the_files_a_person_brings(path: Path, catalogue: Catalogue) -> None:
    graph, problems = compile_workflow(json.loads(path.read_text(encoding="utf-8")), catalogue)
    checked = validate(graph, catalogue)
    assert not problems
    assert not checked.problems
    assert set(checked.runnable) == set(checked.outputs)
    assert checked.outputs


def widget_height(widget: object) -> int:
    if isinstance(widget, TextWidget) and widget.multiline:
        return TEXT_ROW
    if isinstance(widget, IntegerWidget) and widget.seed:
        return SEED_ROW
    if isinstance(widget, FileWidget) and widget.root == "input" and not widget.optional:
        return WIDGET_ROW + INPUT_PICTURE_ROW
    return WIDGET_ROW


def height(spec: NodeSpec) -> int:
    """How tall the page draws a node."""
    sockets = [item for item in spec.inputs if item.widget is None]
    rows = max(len(sockets), len(spec.outputs)) * ROW
    widgets = sum(widget_height(item.widget) for item in spec.inputs if item.widget is not None)
    return HEAD + rows + widgets + picture_height(spec) + FOOT


def picture_height(spec: NodeSpec) -> int:
    """How tall the picture below a node's widgets is: a result, what a sampler paints, or a metric's words."""
    takes, gives = {item.type for item in spec.inputs}, {item.type for item in spec.outputs}
    if spec.category == "metrics":
        return WORDS_ROW if spec.is_output else 0
    if spec.is_output and "IMAGE" in takes:
        return PICTURE_ROW
    seeded = any(isinstance(item.widget, IntegerWidget) and item.widget.seed for item in spec.inputs)
    paints = gives & {"LATENT", "IMAGE"} and ("GUIDER" in takes or ("MODEL" in takes and seeded))
    return PREVIEW_ROW if paints else 0


Box = tuple[float, float, float, float]


def boxes(document: dict, catalogue: Catalogue) -> dict[str, Box]:
    """Left, top, right and bottom of every node."""
    found: dict[str, Box] = {}
    for node in document["nodes"]:
        (x, y), (wide, tall) = node["position"], node["size"] or (WIDTH, 0)
        found[node["id"]] = (x, y, x + wide, y + max(tall, height(catalogue[node["type"]])))
    return found


@EVERY
def test_no_two_nodes_of_a_ready_workflow_lie_on_each_other(path: Path, catalogue: Catalogue) -> None:
    places = boxes(json.loads(path.read_text(encoding="utf-8")), catalogue)
    for (one, first), (two, second) in combinations(places.items(), 2):
        apart = first[2] <= second[0] or second[2] <= first[0] or first[3] <= second[1] or second[3] <= first[1]
        assert apart, f"{one} and {two} overlap"


@EVERY
def test_every_node_lies_in_one_frame_and_wires_go_from_left_to_right(path: Path, catalogue: Catalogue) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    places = boxes(document, catalogue)
    frames = [(x, y, x + wide, y + tall) for x, y, wide, tall in (frame["bounds"] for frame in document["frames"])]
    for name, (left, top, right, bottom) in places.items():
        around = [f for f in frames if f[0] <= left and f[1] <= top and right <= f[2] and bottom <= f[3]]
        assert len(around) == 1, f"{name} lies in {len(around)} frames"
    for wire in document["wires"]:
        assert places[wire["from"][0]][0] <= places[wire["to"][0]][0], f"{wire} goes back"


@EVERY
def test_a_ready_workflow_says_what_it_is_for(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["title"]
    assert document["extra"]["description"].endswith(".")


@EVERY
def test_every_title_of_a_ready_workflow_is_told_in_chinese_too(path: Path) -> None:
    words = FOLDER.parent / "web" / "client" / "src" / "i18n"
    english, chinese = (
        {
            key: text
            for name in ("first.json", "templates.json")
            for key, text in json.loads((words / language / name).read_text(encoding="utf-8")).items()
        }
        for language in ("en", "zh-CN")
    )
    known = {text for key, text in english.items() if chinese.get(key)}
    document = json.loads(path.read_text(encoding="utf-8"))
    titled = [document, *document["nodes"], *document["frames"]]
    assert {one["title"] for one in titled if one["title"]} <= known


@EVERY
def test_a_note_has_room_above_its_nodes(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    # A frame of the usual width shows about 40 letters a line, of 16 pixels each, below its title.
    for frame in document["frames"]:
        lines = len(wrap(frame["note"], 40))
        assert min(node["position"][1] for node in document["nodes"]) >= 56 + 16 * max(lines - 1, 0)
