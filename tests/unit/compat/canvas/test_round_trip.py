"""From ComfyUI's canvas into our document, out in either form, and in again: the same document."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compat.comfyui.canvas.exporting import CanvasVersion, document_to_canvas
from compat.comfyui.canvas.importing import canvas_to_document
from graph_engine.document.compile import compile_workflow
from graph_engine.document.run_form import graph_to_json
from graph_engine.spec.json import catalogue_from_json
from tests.unit.compat.canvas.files import as_version_one, node, out, slot, text_to_image, with_subgraph

ROOT = Path(__file__).parents[4]
SHIPPED = catalogue_from_json(json.loads((ROOT / "nodes" / "catalogue.json").read_text(encoding="utf-8")))
CATALOGUE = {**SHIPPED, "Switch": replace(SHIPPED["ImageInvert"], id="Switch", inputs=(), further_inputs="wires")}
VERSIONS: list[CanvasVersion] = ["0.4", "1.0"]

Json = dict[str, Any]


def opened(canvas: Json) -> Json:
    """The document of a canvas. The order of its wires says nothing, so it is made the same everywhere."""
    document = canvas_to_document(json.loads(json.dumps(canvas)), CATALOGUE)[0]
    for part in (document, *document.get("subgraphs", ())):
        part["wires"].sort(key=_lower_end)
    return document


def _lower_end(wire: Json) -> list[str]:
    return wire["to"]


def with_dots() -> Json:
    """Two wires of one output through a shared dot and then one of their own each."""
    canvas = text_to_image()
    canvas["extra"]["reroutes"] = [
        {"id": 4, "pos": [5, 6], "linkIds": [3, 5]},
        {"id": 7, "parentId": 4, "pos": [7, 8], "linkIds": [3]},
        {"id": 9, "parentId": 4, "pos": [9, 10], "linkIds": [5]},
    ]
    canvas["extra"]["linkExtensions"] = [{"id": 3, "parentId": 7}, {"id": 5, "parentId": 9}]
    return canvas


def with_dress() -> Json:
    """Groups, notes, colours, modes, flags, and nodes nobody knows."""
    canvas = text_to_image(
        n7={"mode": 4, "color": "#322", "bgcolor": "#533"},
        n8={"flags": {"pinned": True, "horizontal": True}, "color": "#222"},
        n9={"mode": 2, "flags": {"collapsed": True}, "properties": {"cnr_id": "comfy-core", "ver": "0.3.7"}},
    )
    canvas["groups"] += [{"id": 5, "title": "Dressed", "bounding": [1, 2, 3, 4], "font_size": 24, "flags": {"a": 1}}]
    canvas["nodes"] += [
        node(23, "MarkdownNote", [], [], ["# Read me"], title="Hint"),
        node(31, "Note", [], [], ["plain"], color="#111", bgcolor="#222"),
        node(
            24,
            "Fancy (pack)",
            [{**slot("x", "LATENT", 60), "shape": 7}],
            [out("A"), {**out("A"), "label": "again"}],
            [1, [2], None],
            future={"a": 1},
        ),
        node(25, "Switch", [slot("any_01", "IMAGE", 61)], [out("IMAGE")], []),
    ]
    canvas["links"] += [[60, 3, 0, 24, 0, "LATENT"], [61, 8, 0, 25, 0, "IMAGE"]]
    canvas["config"] = {"links_ontop": True}
    canvas["models"] = [{"name": "m", "url": "https://example.org/m", "directory": "checkpoints"}]
    canvas["extra"]["info"] = {"author": "somebody"}
    return canvas


def with_input_widget() -> Json:
    """A sub-graph one of whose inputs stands for a widget inside, beside one that is promoted."""
    canvas = with_subgraph()
    inner = canvas["definitions"]["subgraphs"][1]
    inner["inputs"].append({"id": "in-cfg", "name": "cfg", "type": "FLOAT", "linkIds": [9]})
    inner["nodes"][0]["inputs"].append(slot("cfg", "FLOAT", 9, widget=True))
    inner["links"].append(
        {"id": 9, "origin_id": -10, "origin_slot": 5, "target_id": 3, "target_slot": 4, "type": "FLOAT"}
    )
    placed = canvas["definitions"]["subgraphs"][0]["nodes"][0]
    placed["inputs"].append(slot("cfg", "FLOAT", widget=True))
    placed["widgets_values"] = [3.5, 5]
    return canvas


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("form", [text_to_image, with_subgraph, with_dots, with_dress, with_input_widget])
def test_in_out_and_in_again_is_the_same_document(form: Any, version: CanvasVersion) -> None:
    document = opened(form())
    canvas = document_to_canvas(document, CATALOGUE, version)
    again = opened(canvas)
    # Numbers of nodes, dots and groups come back, so whole documents are compared.
    assert again == document
    assert document_to_canvas(again, CATALOGUE, version) == canvas
    other: CanvasVersion = "1.0" if version == "0.4" else "0.4"
    assert opened(document_to_canvas(document, CATALOGUE, other)) == document


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_person_changed_since_goes_out_and_comes_back(version: CanvasVersion) -> None:
    document = opened(with_input_widget())
    document["nodes"][0] |= {"id": "loader", "color": "green", "pinned": True}
    for wire in document["wires"]:
        wire["from"][0] = "loader" if wire["from"][0] == "4" else wire["from"][0]
    document["frames"][0] |= {"id": "frame", "color": "blue"}
    document["frames"] += [
        {"id": "c", "kind": "comment", "title": "", "note": "x", "bounds": [0, 0, 9, 9], "color": "red"}
    ]
    document["view"] = {"x": -40.0, "y": 30.0, "zoom": 2.0}
    document["subgraphs"][0]["boundary"] = {"inputs": [-300, 12], "outputs": [900, 12]}
    canvas = document_to_canvas(document, CATALOGUE, version)
    assert canvas["definitions"]["subgraphs"][0]["inputNode"]["bounding"][:2] == [-300, 12]
    assert canvas["nodes"][0]["properties"]["noiseloom_id"] == "loader"
    again = opened(canvas)
    assert (again["nodes"][0]["color"], again["nodes"][0]["pinned"]) == ("green", True)
    assert [(frame["title"], frame["color"]) for frame in again["frames"]] == [("Words", "blue"), ("", "red")]
    assert again["view"] == document["view"]
    graphs = [graph_to_json(compile_workflow(item, CATALOGUE)[0]) for item in (document, again)]
    # The changed id is a number again: everything else runs as it did.
    assert json.dumps(graphs[0]).replace('"loader"', '"1"') == json.dumps(graphs[1])


def test_the_form_of_1_0_has_links_as_objects_reroutes_at_the_top_and_its_numbers_in_state() -> None:
    canvas = document_to_canvas(opened(with_dots()), CATALOGUE, "1.0")
    assert canvas["version"] == 1
    assert canvas["state"] == {"lastGroupId": 1, "lastNodeId": 9, "lastLinkId": 9, "lastRerouteId": 9}
    assert not canvas.keys() & {"last_node_id", "last_link_id"}
    assert not canvas["extra"].keys() & {"reroutes", "linkExtensions"}
    fields = {"id", "origin_id", "origin_slot", "target_id", "target_slot", "type"}
    assert all(fields <= link.keys() for link in canvas["links"])
    led = {link["target_id"]: link["parentId"] for link in canvas["links"] if "parentId" in link}
    assert led == {6: 7, 7: 9}
    by_id = {dot["id"]: dot for dot in canvas["reroutes"]}
    assert {key: dot.get("parentId") for key, dot in by_id.items()} == {4: None, 7: 4, 9: 4}
    through = {link["id"] for link in canvas["links"] if link.get("parentId")}
    assert set(by_id[4]["linkIds"]) == through and len(by_id[7]["linkIds"]) == 1


def test_the_form_of_0_4_has_links_as_lists_and_reroutes_beside_them() -> None:
    canvas = document_to_canvas(opened(with_dots()), CATALOGUE)
    assert (canvas["version"], canvas["last_node_id"], canvas["last_link_id"]) == (0.4, 9, 9)
    assert not canvas.keys() & {"state", "reroutes"}
    assert all(isinstance(link, list) and len(link) == 6 for link in canvas["links"])
    ways = {entry["id"]: entry["parentId"] for entry in canvas["extra"]["linkExtensions"]}
    assert {link[3]: ways[link[0]] for link in canvas["links"] if link[0] in ways} == {6: 7, 7: 9}


def test_a_form_1_0_file_opens_to_the_same_document_as_its_0_4_twin() -> None:
    assert opened(as_version_one(text_to_image())) == opened(text_to_image())


def test_a_dot_that_two_outputs_share_becomes_two() -> None:
    document = opened(text_to_image())
    document["reroutes"] = [{"id": "meet", "position": [1, 2]}]
    for wire in document["wires"]:
        if wire["to"] in (["3", "positive"], ["3", "negative"]):
            wire["via"] = ["meet"]
    canvas = document_to_canvas(document, CATALOGUE, "1.0")
    assert [dot["pos"] for dot in canvas["reroutes"]] == [[1, 2], [1, 2]]
    led = [[link["id"]] for link in canvas["links"] if link["type"] == "CONDITIONING"]
    assert sorted(dot["linkIds"] for dot in canvas["reroutes"]) == led and len(led) == 2


def test_reroute_nodes_come_back_as_dots_in_their_places() -> None:
    canvas = text_to_image()
    canvas["nodes"].append(node(20, "Reroute", [slot("", "*", 1)], [out("MODEL", 30)], []))
    canvas["links"][0] = [1, 4, 0, 20, 0, "MODEL"]
    canvas["links"].append([30, 20, 0, 3, 0, "MODEL"])
    canvas["nodes"][4]["inputs"][0]["link"] = 30
    document = opened(canvas)
    for version in VERSIONS:
        again = opened(document_to_canvas(document, CATALOGUE, version))
        assert [dot["position"] for dot in again["reroutes"]] == [dot["position"] for dot in document["reroutes"]]
        assert [len(wire.get("via", ())) for wire in again["wires"]] == [
            len(wire.get("via", ())) for wire in document["wires"]
        ]
