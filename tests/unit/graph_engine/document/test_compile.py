import json
from pathlib import Path
from typing import Any

from graph_engine.document.compile import compile_workflow
from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.document.reading import workflow_from_json
from graph_engine.document.run_form import graph_from_json, graph_to_json
from graph_engine.document.workflow import VERSION
from graph_engine.document.writing import workflow_to_json
from tests.unit.graph_engine.sample_nodes import CATALOGUE

ROOT = Path(__file__).parents[4]


def document(nodes: list[dict[str, Any]], *wires: tuple[str, str, str, str]) -> dict[str, Any]:
    return {
        "noiseloom": 1,
        "nodes": nodes,
        "wires": [{"from": [source, out], "to": [target, name]} for source, out, target, name in wires],
    }


def test_names_become_slots_and_absent_widgets_take_their_defaults():
    graph, problems = compile_workflow(
        document(
            [{"id": "n", "type": "Number"}, {"id": "p", "type": "Pair"}, {"id": "s", "type": "Show", "title": "End"}],
            ("n", "INT", "p", "a"),
            ("p", "double", "s", "value"),
        ),
        CATALOGUE,
    )
    assert problems == ()
    assert graph.nodes == {
        "n": GraphNode("n", "Number", {"value": 1}),
        "p": GraphNode("p", "Pair", {"a": Link("n", 0)}),
        "s": GraphNode("s", "Show", {"value": Link("p", 1)}, "End"),
    }


def test_a_wire_overrules_a_widget():
    graph, _ = compile_workflow(
        document(
            [{"id": "n", "type": "Number"}, {"id": "t", "type": "Add", "widgets": {"b": 5}}], ("n", "INT", "t", "b")
        ),
        CATALOGUE,
    )
    assert graph.nodes["t"].inputs == {"b": Link("n", 0)}


def test_a_bypassed_node_passes_on_its_first_wired_input_of_the_type():
    graph, problems = compile_workflow(
        document(
            [
                {"id": "n", "type": "Number"},
                {"id": "x", "type": "Add", "mode": "bypassed"},
                {"id": "y", "type": "Add", "mode": "bypassed"},
                {"id": "s", "type": "Show"},
            ],
            ("n", "INT", "x", "a"),
            ("x", "INT", "y", "a"),
            ("y", "INT", "s", "value"),
        ),
        CATALOGUE,
    )
    assert problems == ()
    assert graph.nodes["s"].inputs == {"value": Link("n", 0)}
    assert set(graph.nodes) == {"n", "s"}


def test_a_bypassed_node_with_nothing_to_pass_on_is_told():
    _, problems = compile_workflow(
        document(
            [{"id": "n", "type": "Number", "mode": "bypassed"}, {"id": "s", "type": "Show"}], ("n", "INT", "s", "value")
        ),
        CATALOGUE,
    )
    assert [(item.code, item.node) for item in problems] == [("wire.bypass_dead_end", "s")]


def test_a_ring_of_bypassed_nodes_ends_in_a_problem():
    _, problems = compile_workflow(
        document(
            [
                {"id": "x", "type": "Add", "mode": "bypassed"},
                {"id": "y", "type": "Add", "mode": "bypassed"},
                {"id": "s", "type": "Show"},
            ],
            ("x", "INT", "y", "a"),
            ("y", "INT", "x", "a"),
            ("x", "INT", "s", "value"),
        ),
        CATALOGUE,
    )
    assert [item.code for item in problems] == ["wire.bypass_dead_end"]


def test_a_muted_source_leaves_an_optional_input_empty_without_a_word():
    graph, problems = compile_workflow(
        document(
            [
                {"id": "n", "type": "Number"},
                {"id": "m", "type": "Number", "mode": "muted"},
                {"id": "j", "type": "Join"},
            ],
            ("n", "INT", "j", "a"),
            ("m", "INT", "j", "b"),
        ),
        CATALOGUE,
    )
    assert problems == ()
    assert graph.nodes["j"].inputs == {"a": Link("n", 0)}


def test_wires_that_lead_nowhere_are_told():
    _, problems = compile_workflow(
        document(
            [{"id": "n", "type": "Number"}, {"id": "a", "type": "Add"}],
            ("ghost", "INT", "a", "a"),
            ("n", "FLOAT", "a", "a"),
            ("n", "INT", "a", "c"),
            ("n", "INT", "a", "b"),
            ("n", "INT", "a", "b"),
        ),
        CATALOGUE,
    )
    assert [(item.code, item.socket) for item in problems] == [
        ("wire.unknown_node", "a"),
        ("wire.second", "b"),
        ("wire.unknown_output", "a"),
        ("wire.unknown_input", "c"),
    ]


def test_a_document_survives_a_round_trip_with_what_it_does_not_know():
    stated = json.loads((ROOT / "workflows" / "text-to-image.json").read_text(encoding="utf-8"))
    stated["nodes"].append({"id": "u", "type": "From the future", "widgets": {"x": [1]}, "mode": "muted", "new": 1})
    stated["wires"][0]["label"] = "kept"
    workflow, problems = workflow_from_json(stated)
    assert problems == ()
    again = workflow_to_json(workflow)
    again["nodes"][-1].pop("title")
    assert again == {**stated, "noiseloom": VERSION}


def test_documents_of_another_kind_or_a_newer_version_are_refused():
    for value, code in (
        ({"last_node_id": 3}, "document.not_ours"),
        ([], "document.not_ours"),
        ({"noiseloom": True}, "document.not_ours"),
        ({"noiseloom": VERSION + 1}, "document.newer"),
        ({"noiseloom": 1, "nodes": {}}, "document.bad_field"),
    ):
        assert [item.code for item in workflow_from_json(value)[1]] == [code]


def test_broken_parts_are_left_out_and_told():
    workflow, problems = workflow_from_json(
        {
            "noiseloom": 1,
            "nodes": [
                3,
                {"id": ""},
                {"id": "a"},
                {"id": "b", "type": "Add", "mode": 7, "widgets": []},
                {"id": "b", "type": "Add"},
            ],
            "wires": [None, {"from": ["a"], "to": ["b", "c"]}],
        }
    )
    assert [node.id for node in workflow.canvas.nodes] == ["b"]
    assert [item.code for item in problems] == [
        "document.bad_field",
        "document.bad_field",
        "node.no_type",
        "document.bad_field",
        "document.bad_field",
        "document.duplicate_node",
        "document.bad_field",
        "document.bad_field",
    ]


def test_the_run_form_survives_a_round_trip():
    graph = Graph(
        {
            "1": GraphNode("1", "Show", {"value": [1, 2], "other": {"__value__": 3}, "w": Link("2", 1)}, "Title"),
            "2": GraphNode("2", "Pair", {}),
        }
    )
    again, problems = graph_from_json(json.loads(json.dumps(graph_to_json(graph))))
    assert problems == ()
    assert again == graph


def test_a_very_long_chain_of_bypassed_nodes_compiles():
    nodes = [{"id": "n", "type": "Number"}] + [
        {"id": str(index), "type": "Add", "mode": "bypassed"} for index in range(10_000)
    ]
    wires = [("n", "INT", "0", "a")] + [(str(index), "INT", str(index + 1), "a") for index in range(9_999)]
    graph, problems = compile_workflow(
        document([*nodes, {"id": "s", "type": "Show"}], *wires, ("9999", "INT", "s", "value")), CATALOGUE
    )
    assert problems == ()
    assert graph.nodes["s"].inputs == {"value": Link("n", 0)}
