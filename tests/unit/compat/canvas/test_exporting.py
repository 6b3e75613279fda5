import pytest

from compat.comfyui.canvas.exporting import document_to_canvas
from compat.comfyui.canvas.importing import canvas_to_document
from compat.comfyui.canvas.reading import CanvasVersion
from graph_engine.spec.node import InputSpec, IntegerWidget, NodeSpec, OutputSpec, TextWidget

CATALOGUE = {
    "Source": NodeSpec(
        id="Source", title="", category="", outputs=(OutputSpec(name="A", type="A"), OutputSpec(name="B", type="B"))
    ),
    "Sink": NodeSpec(
        id="Sink",
        title="",
        category="",
        inputs=(
            InputSpec(name="b", type="B"),
            InputSpec(name="seed", type="INT", widget=IntegerWidget(default=0, seed=True)),
            InputSpec(name="text", type="STRING", widget=TextWidget(default="x")),
        ),
    ),
}
DOCUMENT = {
    "noiseloom": 1,
    "id": "d",
    "title": "T",
    "nodes": [
        {"id": "one", "type": "Source", "position": [0, 0], "widgets": {}, "mode": "active"},
        {
            "id": "two",
            "type": "Sink",
            "position": [300, 0],
            "widgets": {"seed": "18446744073709551615"},
            "mode": "bypassed",
        },
        {"id": "odd", "type": "NoSuchNode", "position": [0, 0], "widgets": {"k": 1}, "mode": "muted"},
    ],
    "wires": [{"from": ["one", "B"], "to": ["two", "b"]}, {"from": ["odd", "x"], "to": ["two", "text"]}],
}


def test_a_wire_names_slots_by_position_and_both_ends_know_it() -> None:
    canvas = document_to_canvas(DOCUMENT, CATALOGUE)
    assert [list(link) for link in canvas["links"]] == [[1, 1, 1, 2, 0, "B"]]
    assert canvas["nodes"][0]["outputs"][1]["links"] == [1]
    assert canvas["nodes"][1]["inputs"][0]["link"] == 1


def test_a_seed_keeps_all_its_digits_and_is_followed_by_its_control_value() -> None:
    values = document_to_canvas(DOCUMENT, CATALOGUE)["nodes"][1]["widgets_values"]
    assert values == [18446744073709551615, "fixed", "x"]


def test_modes_become_comfyui_numbers() -> None:
    assert [node["mode"] for node in document_to_canvas(DOCUMENT, CATALOGUE)["nodes"]] == [0, 4, 2]


def test_an_unknown_node_keeps_its_values() -> None:
    odd = document_to_canvas(DOCUMENT, CATALOGUE)["nodes"][2]
    assert odd["properties"]["noiseloom_widgets"] == {"k": 1}


def test_the_form_of_a_document_stays_out_of_the_canvas() -> None:
    form = {
        "items": [
            {"kind": "field", "node": "two", "widget": "text", "label": "Named in the form"},
            {"kind": "output", "node": "two"},
        ]
    }
    assert document_to_canvas({**DOCUMENT, "form": form}, CATALOGUE) == document_to_canvas(DOCUMENT, CATALOGUE)


def test_comments_become_notes_behind_all_nodes_and_frames_stay_groups() -> None:
    frames = [
        {"id": "g", "title": "Group", "note": "under it", "bounds": [0, 0, 400, 300], "color": None},
        {"id": "c", "kind": "comment", "title": "", "note": "**Look**", "bounds": [8, 16, 240, 120], "color": "yellow"},
    ]
    canvas = document_to_canvas({**DOCUMENT, "frames": frames}, CATALOGUE)
    assert [group["title"] for group in canvas["groups"]] == ["Group"]
    note = canvas["nodes"][-1]
    assert (note["id"], note["type"], note["widgets_values"]) == (4, "MarkdownNote", ["**Look**"])
    assert (note["pos"], note["size"], canvas["last_node_id"]) == ([8, 16], [240, 120], 4)


def test_a_note_comes_back_as_the_kind_and_in_the_colours_that_it_had() -> None:
    saved = {"id": 1, "type": "Note", "pos": [0, 0], "size": [200, 100], "widgets_values": ["hi"], "bgcolor": "#233"}
    document, _ = canvas_to_document({"nodes": [{**saved, "title": "Note"}], "links": []}, CATALOGUE)
    (comment,) = document["frames"]
    assert (comment["kind"], comment["title"], comment["color"]) == ("comment", "", "#233")
    (note,) = document_to_canvas(document, CATALOGUE)["nodes"]
    assert saved.items() <= note.items()


@pytest.mark.parametrize(
    "odd",
    [
        {"wires": [{"from": [["one"], "B"], "to": [["two"], "b"]}]},
        {"wires": [{"from": ["one", "B"], "to": ["two", "b"], "via": [["dot"], 7]}]},
        {"nodes": [{"id": "9" * 5_000, "type": "Source", "position": None, "size": 5, "color": {}, "comfyui": 5}]},
        {"frames": [{"id": "group-" + "9" * 5_000, "bounds": [0, 0, 1, 1], "color": 5}, {"id": ["x"]}]},
        {"reroutes": [{"id": "dot-" + "9" * 5_000, "position": "here"}]},
        {"nodes": [{"type": "Source"}, {"id": "odd", "type": "Odd", "comfyui": {"inputs": [5, {"name": "a"}]}}]},
        {"named": [{"name": ["x"], "from": ["one", "B"]}, {"name": "y", "to": [2, "b"]}]},
    ],
    ids=["ends", "dots of a wire", "node", "frames", "dots", "sockets", "names"],
)
@pytest.mark.parametrize("version", ["0.4", "1.0"])
def test_odd_parts_of_a_document_are_drawn_as_far_as_they_go(odd: dict[str, object], version: CanvasVersion) -> None:
    canvas = document_to_canvas({**DOCUMENT, **odd}, CATALOGUE, version)
    assert {"nodes", "links", "groups"} <= set(canvas)
    assert all(isinstance(node["id"], int) for node in canvas["nodes"])
