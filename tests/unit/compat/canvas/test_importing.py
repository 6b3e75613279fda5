"""Canvas files through our document to run form, with the shipped catalogue."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compat.comfyui.canvas.exporting import document_to_canvas
from compat.comfyui.canvas.importing import canvas_to_document
from graph_engine.document.compile import compile_workflow
from graph_engine.document.run_form import graph_to_json
from graph_engine.spec.json import catalogue_from_json
from tests.unit.compat.canvas.files import as_version_one, node, out, slot, text_to_image, with_subgraph

ROOT = Path(__file__).parents[4]
CATALOGUE = catalogue_from_json(json.loads((ROOT / "nodes" / "catalogue.json").read_text(encoding="utf-8")))

SAMPLER = {
    "model": ["4", 0],
    "seed": 156680208700286,
    "steps": 4,
    "cfg": 8,
    "sampler_name": "euler",
    "scheduler": "normal",
    "positive": ["6", 0],
    "negative": ["7", 0],
    "latent_image": ["5", 0],
    "denoise": 1,
}


def opened(canvas: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[tuple[str, str | None]]]:
    """The document, its run form, and codes with nodes of everything that was told on the way."""
    document, notes = canvas_to_document(json.loads(json.dumps(canvas)), CATALOGUE)
    graph, problems = compile_workflow(document, CATALOGUE)
    return document, graph_to_json(graph), [(item.code, item.node) for item in (*notes, *problems)]


@pytest.mark.parametrize("form", [text_to_image, lambda: as_version_one(text_to_image())])
def test_the_graph_everybody_starts_from_opens_without_a_note(form: Any) -> None:
    document, graph, told = opened(form())
    assert told == []
    assert graph["3"] == {"class_type": "KSampler", "inputs": SAMPLER}
    assert graph["8"]["inputs"] == {"samples": ["3", 0], "vae": ["4", 2]}
    assert graph["7"]["_meta"] == {"title": "Negative"}
    assert next(item for item in document["nodes"] if item["id"] == "3")["seeds"] == {"seed": "random"}
    assert document["frames"][0]["title"] == "Words"
    assert document["view"] == {"x": 5.0, "y": 10.0, "zoom": 0.5}


def test_mute_and_bypass_come_over() -> None:
    _, graph, told = opened(text_to_image(n7={"mode": 2}))
    assert "7" not in graph
    assert told == [("wire.source_muted", "3")]
    document, _, _ = opened(text_to_image(n7={"mode": 4}))
    assert next(item for item in document["nodes"] if item["id"] == "7")["mode"] == "bypassed"


def test_reroutes_of_both_kinds_become_dots_and_change_nothing() -> None:
    plain = opened(text_to_image())[1]
    canvas = text_to_image()
    canvas["nodes"].append(node(20, "Reroute", [slot("", "*", 1)], [out("MODEL", 30)], []))
    canvas["links"][0] = [1, 4, 0, 20, 0, "MODEL"]
    canvas["links"].append([30, 20, 0, 3, 0, "MODEL"])
    canvas["nodes"][4]["inputs"][0]["link"] = 30
    canvas["extra"]["reroutes"] = [{"id": 1, "pos": [5, 6], "linkIds": [2]}, {"id": 2, "parentId": 1, "pos": [7, 8]}]
    canvas["extra"]["linkExtensions"] = [{"id": 2, "parentId": 2}]
    document, graph, told = opened(canvas)
    assert told == []
    assert graph == plain
    by_target = {tuple(wire["to"]): wire.get("via") for wire in document["wires"]}
    assert by_target[("3", "model")] == ["reroute-20"]
    assert by_target[("3", "latent_image")] == ["dot-1", "dot-2"]
    assert {dot["id"]: dot["position"] for dot in document["reroutes"]}["dot-2"] == [7, 8]


def test_a_pack_s_reroutes_are_bends_and_its_switches_are_left_out() -> None:
    plain = opened(text_to_image())[1]
    canvas = text_to_image()
    canvas["nodes"] += [
        node(20, "Reroute (rgthree)", [slot("", "*", 1)], [out("MODEL", 30, 31)], []),
        node(21, "Node Collector (rgthree)", [slot("", "*", 31)], [out("Output", 32)], []),
        node(22, "Fast Muter (rgthree)", [slot("MODEL", "*", 32)], [out("OPT_CONNECTION")], [True], title="Stages"),
    ]
    canvas["links"][0] = [1, 4, 0, 20, 0, "MODEL"]
    canvas["links"] += [[30, 20, 0, 3, 0, "MODEL"], [31, 20, 0, 21, 0, "*"], [32, 21, 0, 22, 0, "*"]]
    canvas["nodes"][4]["inputs"][0]["link"] = 30
    document, graph, told = opened(canvas)
    assert told == [("import.page_only", "21"), ("import.page_only", "22")]
    assert graph == plain and [dot["id"] for dot in document["reroutes"]] == ["reroute-20"]


@pytest.mark.parametrize(
    "kind,values,placed",
    [
        ("LoadImage", ["venus.jpg", "image"], {"image": "venus.jpg"}),
        ("LoadImage", ["image", "image"], {"image": "image"}),
        ("LoadImage", ["image"], {"image": "image"}),
        ("LoadImage", ["venus.jpg", "venus-mask.png"], {"image": "venus.jpg", "mask": "venus-mask.png"}),
        ("LoadImage", ["venus.jpg", ""], {"image": "venus.jpg", "mask": ""}),
        ("LoadImageMask", ["mask.png", "alpha", "image"], {"image": "mask.png", "channel": "alpha"}),
        ("LoadImageMask", ["mask.png", "image", "alpha"], {"image": "mask.png", "channel": "alpha"}),
    ],
)
def test_what_an_upload_button_leaves_among_the_values_is_no_value(kind: str, values: Any, placed: Any) -> None:
    document, notes = canvas_to_document({"nodes": [node(1, kind, [], [], values)], "links": []}, CATALOGUE)
    assert document["nodes"][0]["widgets"] == placed and not notes


def test_a_ring_of_reroutes_ends() -> None:
    canvas = text_to_image()
    canvas["nodes"] += [
        node(20, "Reroute", [slot("", "*", 31)], [out("*", 30)], []),
        node(21, "Reroute", [slot("", "*", 30)], [out("*", 31, 1)], []),
    ]
    canvas["links"][0] = [1, 21, 0, 3, 0, "MODEL"]
    canvas["links"] += [[30, 20, 0, 21, 0, "*"], [31, 21, 0, 20, 0, "*"]]
    _, graph, _ = opened(canvas)
    assert "model" not in graph["3"]["inputs"]


def test_a_primitive_s_value_is_written_into_what_it_feeds() -> None:
    canvas = text_to_image(
        n3={
            "inputs": [*text_to_image()["nodes"][4]["inputs"], slot("seed", "INT", 40, widget=True)],
            "widgets_values": [1, "fixed", 4, 8, "euler", "normal", 1],
        }
    )
    canvas["nodes"].append(node(22, "PrimitiveNode", [], [out("INT", 40)], [77, "increment"], title="Seed"))
    canvas["links"].append([40, 22, 0, 3, 4, "INT"])
    document, graph, told = opened(canvas)
    assert graph["3"]["inputs"]["seed"] == 77
    assert "22" not in graph
    assert told == [("import.primitive", "3")]
    assert next(item for item in document["nodes"] if item["id"] == "3")["seeds"] == {"seed": "increment"}


def test_set_and_get_become_a_named_wire() -> None:
    canvas = text_to_image()
    canvas["nodes"] += [
        node(20, "SetNode", [slot("VAE", "VAE", 8)], [], ["the vae"]),
        node(21, "GetNode", [], [out("VAE", 50)], ["the vae"]),
    ]
    canvas["links"][7] = [8, 4, 2, 20, 0, "VAE"]
    canvas["links"].append([50, 21, 0, 8, 1, "VAE"])
    canvas["nodes"][5]["inputs"][1]["link"] = 50
    document, graph, told = opened(canvas)
    assert told == []
    assert graph["8"]["inputs"]["vae"] == ["4", 2]
    assert document["named"] == [{"name": "the vae", "to": ["8", "vae"]}, {"name": "the vae", "from": ["4", "VAE"]}]


def test_notes_become_comments_with_their_text() -> None:
    canvas = text_to_image()
    canvas["nodes"].append(node(23, "MarkdownNote", [], [], ["# Read me"], title="Hint"))
    document, graph, _ = opened(canvas)
    assert "23" not in graph
    assert {"kind": "comment", "title": "Hint", "note": "# Read me", "color": "yellow"}.items() <= document["frames"][
        -1
    ].items()


def test_nested_sub_graphs_open_with_what_they_promote() -> None:
    document, graph, told = opened(with_subgraph())
    assert told == []
    assert {item["title"] for item in document["subgraphs"]} == {"Studio", "Paint"}
    assert graph["40:30:3"]["inputs"] == {**SAMPLER, "steps": 5}
    assert graph["9"]["inputs"]["images"] == ["40:30:8", 0]


def test_values_of_a_node_that_has_changed_go_where_they_fit_and_are_told() -> None:
    values = [7, "fixed", "no such widget any more", 4, 8, "euler", "normal", 1]
    _, graph, told = opened(text_to_image(n3={"widgets_values": values}))
    assert graph["3"]["inputs"]["steps"] == 4
    assert graph["3"]["inputs"]["scheduler"] == "normal"
    assert ("import.value_dropped", "3") in told
    assert ("import.value_moved", "3") in told


def test_values_with_names_need_no_positions() -> None:
    values = {"seed": 5, "steps": 9, "cfg": 2.0, "sampler_name": "heun", "scheduler": "karras", "denoise": 0.5}
    _, graph, told = opened(text_to_image(n3={"widgets_values": values}))
    assert told == []
    assert {name: graph["3"]["inputs"][name] for name in values} == values


def test_a_sampler_that_is_not_offered_here_is_kept_for_the_check_to_judge() -> None:
    _, graph, told = opened(text_to_image(n3={"widgets_values": [1, "fixed", 4, 8, "from_a_pack", "normal", 1]}))
    assert graph["3"]["inputs"]["sampler_name"] == "from_a_pack"
    assert told == []


def test_a_large_seed_is_kept_exactly() -> None:
    seed = 18446744073709551615
    document, _, _ = opened(text_to_image(n3={"widgets_values": [seed, "fixed", 4, 8, "euler", "normal", 1]}))
    assert next(item for item in document["nodes"] if item["id"] == "3")["widgets"]["seed"] == str(seed)


def test_a_model_s_folder_may_be_written_with_either_slash() -> None:
    _, graph, _ = opened(text_to_image(n4={"widgets_values": ["sd15\\some model.safetensors"]}))
    assert graph["4"]["inputs"]["ckpt_name"] == "sd15/some model.safetensors"


def test_a_node_nobody_knows_keeps_everything_it_had() -> None:
    canvas = text_to_image()
    strange = node(
        24,
        "Fancy (pack)",
        [slot("x", "LATENT", 60)],
        [out("A"), out("A")],
        [1, [2], None],
        color="#222",
        future={"a": 1},
    )
    canvas["nodes"].append(strange)
    canvas["links"].append([60, 3, 0, 24, 0, "LATENT"])
    document, graph, _ = opened(canvas)
    kept = next(item for item in document["nodes"] if item["id"] == "24")
    assert kept["comfyui"]["widgets_values"] == [1, [2], None]
    assert kept["comfyui"]["future"] == {"a": 1}
    assert graph["24"]["inputs"] == {"x": ["3", 0]}


def test_a_socket_that_was_renamed_is_found_by_its_type_and_told() -> None:
    inputs = text_to_image()["nodes"][5]["inputs"]
    _, graph, told = opened(text_to_image(n8={"inputs": [{**inputs[0], "name": "latent"}, inputs[1]]}))
    assert graph["8"]["inputs"]["samples"] == ["3", 0]
    assert told == [("import.socket_moved", "8")]


@pytest.mark.parametrize(
    "broken",
    [
        {"nodes": [None, 3, {}, {"id": 1}]},
        {"nodes": [], "links": [None, [], [1], ["a", "b", "c", "d", "e"]]},
        {"nodes": [{"id": 1, "type": "KSampler", "widgets_values": 7, "inputs": "x", "outputs": {}, "pos": "left"}]},
        {"nodes": [], "definitions": {"subgraphs": [3, {"id": "a", "nodes": [{"id": 1, "type": "a"}]}]}},
        {"nodes": [], "groups": [{"bounding": "wide"}], "extra": {"ds": {"scale": "big"}}},
    ],
)
def test_nothing_in_a_broken_file_is_an_error(broken: dict[str, Any]) -> None:
    document, _ = canvas_to_document(broken, CATALOGUE)
    compile_workflow(document, CATALOGUE)


def test_what_is_exported_again_opens_to_the_same_graph() -> None:
    document, graph, _ = opened(text_to_image())
    again = opened(document_to_canvas(document, CATALOGUE))[1]
    assert again == graph


def shape_of(graph: dict[str, Any]) -> list[Any]:
    """A graph without the names of its nodes: every node as its type, values and, in place of wires, its sources."""
    known: dict[str, str] = {}

    def text(node_id: str) -> str:
        if node_id not in known:
            item = graph[node_id]
            inputs = {
                name: [text(value[0]), value[1]] if isinstance(value, list) else value
                for name, value in item["inputs"].items()
            }
            known[node_id] = json.dumps([item["class_type"], inputs], sort_keys=True)
        return known[node_id]

    return sorted(text(node_id) for node_id in graph)


@pytest.mark.parametrize("form", [text_to_image, with_subgraph])
def test_documents_go_to_a_canvas_and_back_without_changing_what_runs(form: Any) -> None:
    document, graph, _ = opened(form())
    canvas = document_to_canvas(document, CATALOGUE)
    again, back, told = opened(canvas)
    assert told == []
    assert shape_of(back) == shape_of(graph)
    assert document_to_canvas(again, CATALOGUE)["links"] == canvas["links"]


def test_a_node_nobody_knows_goes_back_as_it_came() -> None:
    canvas = text_to_image()
    strange = node(24, "Fancy (pack)", [slot("x", "LATENT", 60)], [out("A"), out("A")], [1, [2], None], future={"a": 1})
    canvas["nodes"].append(strange)
    canvas["links"].append([60, 3, 0, 24, 0, "LATENT"])
    back = document_to_canvas(opened(canvas)[0], CATALOGUE)["nodes"][-1]
    assert back["widgets_values"] == [1, [2], None]
    assert back["future"] == {"a": 1}
    assert [item["name"] for item in back["outputs"]] == ["A", "A"]
    assert back["inputs"][0]["link"] is not None


def test_a_named_wire_goes_to_a_canvas_as_a_link() -> None:
    document, graph, _ = opened(text_to_image())
    wire = next(item for item in document["wires"] if item["to"] == ["8", "vae"])
    document["wires"].remove(wire)
    document["named"] = [{"name": "v", "from": wire["from"]}, {"name": "v", "to": wire["to"]}]
    assert shape_of(opened(document_to_canvas(document, CATALOGUE))[1]) == shape_of(graph)


def test_a_node_that_takes_inputs_of_any_name_keeps_their_wires() -> None:
    base = CATALOGUE["ImageInvert"]
    switch = replace(base, id="Switch", inputs=(), further_inputs="wires")
    canvas = {
        "nodes": [
            node(1, "EmptyImage", [], [out("IMAGE", 5)], [8, 8, 1, 0]),
            node(2, "Switch", [slot("any_01", "IMAGE", 5)], [out("IMAGE")], []),
        ],
        "links": [[5, 1, 0, 2, 0, "IMAGE"]],
    }
    document, notes = canvas_to_document(canvas, {**CATALOGUE, "Switch": switch})
    assert document["wires"] == [{"from": ["1", "IMAGE"], "to": ["2", "any_01"]}] and not notes
