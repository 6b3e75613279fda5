"""Sub-graphs and named wires, from document to run form."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.document.compile import compile_workflow
from graph_engine.document.graph import Graph, Link
from graph_engine.document.reading import workflow_from_json
from graph_engine.document.writing import workflow_to_json
from graph_engine.validate.limits import Limits
from graph_engine.validate.problem import Problem
from tests.unit.graph_engine.sample_nodes import CATALOGUE

Json = dict[str, Any]


def wire(source: str, output: str, target: str, name: str) -> Json:
    return {"from": [source, output], "to": [target, name]}


DOUBLE: Json = {
    "id": "double",
    "title": "Double",
    "inputs": [{"id": "in", "name": "number", "type": "INT"}],
    "outputs": [{"id": "out", "name": "twice", "type": "INT"}],
    "widgets": [{"id": "more", "name": "more", "node": "extra", "widget": "value"}],
    "nodes": [{"id": "add", "type": "Add"}, {"id": "extra", "type": "Number", "widgets": {"value": 5}}],
    "wires": [
        wire("$inputs", "in", "add", "a"),
        wire("extra", "INT", "add", "b"),
        wire("add", "INT", "$outputs", "out"),
    ],
}


def split(ends: list[Json]) -> Json:
    """Wires and the ends of named wires, each under their own key."""
    return {"wires": [end for end in ends if "name" not in end], "named": [end for end in ends if "name" in end]}


def document(nodes: list[Json], wires: list[Json], *subgraphs: Json) -> Json:
    return {"noiseloom": 2, "nodes": nodes, **split(wires), "subgraphs": list(subgraphs)}


def compiled(stated: Json, limits: Limits | None = None) -> tuple[Graph, tuple[Problem, ...]]:
    return compile_workflow(stated, CATALOGUE, limits or Limits())


def placed(node_id: str = "d", **widgets: Any) -> Json:
    return {"id": node_id, "type": "subgraph:double", "widgets": widgets}


NUMBER, SHOW = {"id": "n", "type": "Number", "widgets": {"value": 3}}, {"id": "s", "type": "Show"}
THROUGH = [wire("n", "INT", "d", "in"), wire("d", "out", "s", "value")]


def test_a_placed_sub_graph_is_opened_out_under_its_instance_s_id() -> None:
    graph, problems = compiled(document([NUMBER, placed(), SHOW], THROUGH, DOUBLE))
    assert problems == ()
    assert set(graph.nodes) == {"n", "s", "d:add", "d:extra"}
    assert graph.nodes["d:add"].inputs == {"a": Link("n", 0), "b": Link("d:extra", 0)}
    assert graph.nodes["s"].inputs["value"] == Link("d:add", 0)


def test_an_instance_keeps_its_own_value_of_a_promoted_widget() -> None:
    nodes = [NUMBER, placed("d", more=7), placed("e"), SHOW]
    graph, _ = compiled(document(nodes, [*THROUGH, wire("n", "INT", "e", "in")], DOUBLE))
    assert graph.nodes["d:extra"].inputs == {"value": 7}
    assert graph.nodes["e:extra"].inputs == {"value": 5}


def test_an_input_without_a_wire_takes_the_instance_s_value() -> None:
    stated = {**DOUBLE, "wires": [wire("$inputs", "in", "extra", "value"), *DOUBLE["wires"][1:]]}
    graph, problems = compiled(document([placed("d", **{"in": 11}), SHOW], THROUGH[1:], stated))
    assert graph.nodes["d:extra"].inputs == {"value": 11}
    graph, problems = compiled(document([placed(), SHOW], THROUGH[1:], stated))
    assert graph.nodes["d:extra"].inputs == {"value": 5}
    assert problems == ()


def test_sub_graphs_lie_within_sub_graphs_and_promotions_pass_through_both() -> None:
    outer = {
        "id": "outer",
        "inputs": [{"id": "x", "name": "x", "type": "INT"}],
        "outputs": [{"id": "y", "name": "y", "type": "INT"}],
        "widgets": [{"id": "deep", "name": "deep", "node": "inside", "widget": "more"}],
        "nodes": [placed("inside")],
        "wires": [wire("$inputs", "x", "inside", "in"), wire("inside", "out", "$outputs", "y")],
    }
    nodes = [NUMBER, {"id": "o", "type": "subgraph:outer", "widgets": {"deep": 9}}, SHOW]
    graph, problems = compiled(
        document(nodes, [wire("n", "INT", "o", "x"), wire("o", "y", "s", "value")], outer, DOUBLE)
    )
    assert problems == ()
    assert graph.nodes["o:inside:extra"].inputs == {"value": 9}
    assert graph.nodes["o:inside:add"].inputs["a"] == Link("n", 0)
    assert graph.nodes["s"].inputs["value"] == Link("o:inside:add", 0)


def test_a_bypassed_instance_passes_on_its_input_and_a_muted_one_gives_nothing() -> None:
    graph, problems = compiled(document([NUMBER, {**placed(), "mode": "bypassed"}, SHOW], THROUGH, DOUBLE))
    assert (graph.nodes["s"].inputs["value"], set(graph.nodes), problems) == (Link("n", 0), {"n", "s"}, ())
    graph, problems = compiled(document([NUMBER, {**placed(), "mode": "muted"}, SHOW], THROUGH, DOUBLE))
    assert set(graph.nodes) == {"n", "s"}
    assert [item.code for item in problems] == ["wire.source_muted"]


def test_an_output_with_nothing_inside_is_told_where_it_is_needed() -> None:
    hollow = {**DOUBLE, "wires": DOUBLE["wires"][:2]}
    _, problems = compiled(document([NUMBER, placed(), SHOW], THROUGH, hollow))
    assert [(item.code, item.node, item.socket) for item in problems] == [("subgraph.nothing_inside", "s", "value")]


def test_a_sub_graph_within_itself_is_told_and_the_rest_compiles() -> None:
    endless = {**DOUBLE, "nodes": [*DOUBLE["nodes"], placed("again")]}
    graph, problems = compiled(document([NUMBER, placed(), SHOW], THROUGH, endless))
    assert [(item.code, item.node) for item in problems] == [("subgraph.within_itself", "d:again")]
    assert "d:add" in graph.nodes


def test_a_few_lines_that_would_open_out_to_billions_of_nodes_are_refused_at_once() -> None:
    doubling = [
        {
            "id": str(level),
            "nodes": [{"id": side, "type": f"subgraph:{level + 1}"} for side in "ab"],
        }
        for level in range(30)
    ]
    started = time.perf_counter()
    _, problems = compiled(document([{"id": "top", "type": "subgraph:0"}], [], *doubling), Limits(nodes=10_000))
    assert {item.code for item in problems} == {"graph.too_large"}
    assert time.perf_counter() - started < 20


def test_a_depth_beyond_the_limit_is_told() -> None:
    levels = [{"id": str(n), "nodes": [{"id": "x", "type": f"subgraph:{n + 1}"}]} for n in range(40)]
    _, problems = compiled(document([{"id": "top", "type": "subgraph:0"}], [], *levels))
    assert [item.code for item in problems] == ["subgraph.too_deep"]


def test_an_instance_of_an_unknown_sub_graph_stays_as_a_node_of_unknown_type() -> None:
    graph, problems = compiled(document([NUMBER, placed(), SHOW], THROUGH))
    assert problems == ()
    assert graph.nodes["d"].type == "subgraph:double"


def test_an_output_that_is_its_own_input_is_a_circle() -> None:
    pipe = {**DOUBLE, "wires": [wire("$inputs", "in", "$outputs", "out")], "nodes": [], "widgets": []}
    _, problems = compiled(document([placed(), SHOW], [wire("d", "out", "d", "in"), THROUGH[1]], pipe))
    assert [(item.code, item.node) for item in problems] == [("graph.cycle", "s")]


def test_ids_that_collide_with_opened_out_ones_are_told() -> None:
    _, problems = compiled(document([NUMBER, {"id": "d:add", "type": "Number"}, placed(), SHOW], THROUGH, DOUBLE))
    assert "document.duplicate_node" in [item.code for item in problems]


def test_a_named_wire_joins_any_number_of_inputs_to_one_output() -> None:
    nodes = [NUMBER, {"id": "a", "type": "Add"}, SHOW]
    wires = [
        {"from": ["n", "INT"], "name": "count"},
        {"name": "count", "to": ["a", "a"]},
        {"name": "count", "to": ["a", "b"]},
        wire("a", "INT", "s", "value"),
    ]
    graph, problems = compiled(document(nodes, wires))
    assert problems == ()
    assert graph.nodes["a"].inputs == {"a": Link("n", 0), "b": Link("n", 0)}


def test_a_name_is_heard_inside_sub_graphs_and_the_nearest_sender_is_heard_first() -> None:
    ear = {**DOUBLE, **split([{"name": "count", "to": ["add", "a"]}, *DOUBLE["wires"][1:]])}
    own = {**ear, "id": "own", "named": [*ear["named"], {"name": "count", "from": ["extra", "INT"]}]}
    nodes = [NUMBER, placed(), {"id": "o", "type": "subgraph:own"}, SHOW]
    graph, problems = compiled(document(nodes, [{"from": ["n", "INT"], "name": "count"}, THROUGH[1]], ear, own))
    assert problems == ()
    assert graph.nodes["d:add"].inputs["a"] == Link("n", 0)
    assert graph.nodes["o:add"].inputs["a"] == Link("o:extra", 0)


def test_a_name_nobody_sends_and_a_name_sent_twice_are_told() -> None:
    wires = [
        {"from": ["n", "INT"], "name": "x"},
        {"from": ["m", "INT"], "name": "x"},
        {"name": "y", "to": ["s", "value"]},
    ]
    _, problems = compiled(document([NUMBER, {"id": "m", "type": "Number"}, SHOW], wires))
    assert [(item.code, item.node) for item in problems] == [("wire.name_twice", "m"), ("wire.unknown_name", "s")]


def test_a_document_with_everything_in_it_survives_a_round_trip() -> None:
    stated = document(
        [NUMBER, placed("d", more=1)],
        [{"from": ["n", "INT"], "name": "x", "via": ["dot"]}, {"name": "x", "to": ["d", "in"]}],
        {**DOUBLE, "future": [1], "inputs": [{"id": "in", "name": "number", "type": "INT", "shape": 7}]},
    )
    stated["reroutes"] = [{"id": "dot", "position": [1, 2]}]
    once = workflow_to_json(workflow_from_json(stated)[0])
    assert once["reroutes"] == stated["reroutes"]
    assert once["subgraphs"][0]["future"] == [1]
    assert once["subgraphs"][0]["inputs"][0]["shape"] == 7
    assert once["named"][0]["via"] == ["dot"]
    assert workflow_to_json(workflow_from_json(once)[0]) == once


def test_version_one_documents_are_read_as_they_were() -> None:
    workflow, problems = workflow_from_json(
        {"noiseloom": 1, "nodes": [NUMBER], "wires": [], "subgraphs": "of somebody else"}
    )
    assert problems == ()
    assert [node.id for node in workflow.canvas.nodes] == ["n"]
    assert workflow.rest == {"subgraphs (version 1)": "of somebody else"}


@pytest.mark.parametrize(
    "broken",
    [
        {"subgraphs": [3]},
        {"subgraphs": [{"id": ""}]},
        {"subgraphs": [{"id": "a", "inputs": [{}]}]},
        {"subgraphs": [{"id": "a", "widgets": [{"id": "x"}]}]},
        {"subgraphs": [{"id": "a", "nodes": 3}]},
        {"named": [{"name": "x"}]},
        {"wires": [{"from": ["a", "b"]}]},
        {"nodes": [{"id": "$inputs", "type": "Number"}]},
    ],
)
def test_broken_parts_are_left_out_and_told(broken: Json) -> None:
    _, problems = workflow_from_json({"noiseloom": 2, "nodes": [], "wires": [], **broken})
    assert [item.code for item in problems] == ["document.bad_field"]


# A chain of additions, cut into nested sub-graphs at random, must give the numbers that the flat chain gives.


@st.composite
def nested_chains(draw: st.DrawFn) -> tuple[Json, int]:
    subgraphs: list[Json] = []
    total = 0

    def stage(depth: int) -> tuple[Json, int]:
        """A node with input "a" or "in" and output "INT" or "out" that adds a number to what comes in."""
        node_id = f"k{len(subgraphs)}x{draw(st.integers(0, 10**6))}"
        if depth == 0 or draw(st.booleans()):
            amount = draw(st.integers(-5, 5))
            return {"id": node_id, "type": "Add", "widgets": {"b": amount}}, amount
        inner = [stage(depth - 1) for _ in range(draw(st.integers(0, 3)))]
        name = f"sub{len(subgraphs)}"
        nodes = [{**node, "id": f"{index}"} for index, (node, _) in enumerate(inner)]
        subgraphs.append(
            {
                "id": name,
                "inputs": [{"id": "in", "name": "in", "type": "INT"}],
                "outputs": [{"id": "out", "name": "out", "type": "INT"}],
                "nodes": nodes,
                "wires": chain(("$inputs", "in"), nodes, ("$outputs", "out")),
            }
        )
        return {"id": node_id, "type": f"subgraph:{name}"}, sum(amount for _, amount in inner)

    stages = [stage(3) for _ in range(draw(st.integers(1, 4)))]
    nodes = [{**node, "id": f"t{index}"} for index, (node, _) in enumerate(stages)]
    total = sum(amount for _, amount in stages)
    number = {"id": "n", "type": "Number", "widgets": {"value": 0}}
    wires = chain(("n", "INT"), nodes, ("s", "value"))
    return document([number, *nodes, SHOW], wires, *subgraphs), total


def chain(start: tuple[str, str], nodes: list[Json], end: tuple[str, str]) -> list[Json]:
    wires: list[Json] = []
    for node in nodes:
        plain = node["type"] == "Add"
        wires.append(wire(*start, node["id"], "a" if plain else "in"))
        start = (node["id"], "INT" if plain else "out")
    return [*wires, wire(*start, *end)]


def value_of(graph: Graph, link: Link) -> int:
    node = graph.nodes[link.source]
    if node.type == "Number":
        return node.inputs["value"]
    below = node.inputs["a"]
    return value_of(graph, below) + node.inputs["b"]


@settings(max_examples=60, deadline=None)
@given(nested_chains())
def test_however_a_chain_is_cut_into_sub_graphs_it_computes_the_same(made: tuple[Json, int]) -> None:
    stated, total = made
    graph, problems = compiled(stated)
    assert problems == ()
    assert value_of(graph, graph.nodes["s"].inputs["value"]) == total
