import time
from typing import Any

from graph_engine.document.run_form import graph_from_json
from graph_engine.validate.check import check_graph, check_workflow
from graph_engine.validate.messages import SENTENCES, problem
from graph_engine.validate.validate import validate
from tests.unit.graph_engine.sample_nodes import CATALOGUE


def form(**nodes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {node_id: {"class_type": kind, "inputs": inputs} for node_id, (kind, inputs) in nodes.items()}


def codes(value: Any, **options: Any) -> list[tuple[str, str | None, str | None]]:
    return [(item.code, item.node, item.socket) for item in check_graph(value, CATALOGUE, **options).problems]


def test_a_sound_graph_has_no_problems_and_its_values_are_brought_to_type():
    found = check_graph(form(n=("Number", {"value": "7", "gone": 1}), s=("Show", {"value": ["n", 0.0]})), CATALOGUE)
    assert found.problems == ()
    assert found.runnable == ("s",)
    assert found.graph.nodes["n"].inputs == {"value": 7}


def test_each_fault_is_told_with_its_node_and_socket():
    faults = form(
        n=("Number", {"value": 2000}),
        missing=("Add", {}),
        constant=("Add", {"a": 3}),
        nowhere=("Add", {"a": ["ghost", 0], "b": None}),
        slot=("Add", {"a": ["n", 5], "b": 1}),
        kind=("Add", {"a": ["t", 0], "b": 1}),
        t=("Thing", {"seed": 1, "kind": "oval", "file": "x"}),
        unknown=("Nonsense", {}),
        **{f"s{index}": ("Show", {"value": [name, 0]}) for index, name in enumerate(("n", "missing", "constant"))},
        **{f"r{index}": ("Show", {"value": [name, 0]}) for index, name in enumerate(("nowhere", "slot", "kind"))},
    )
    found = codes(faults)
    assert set(found) == {
        ("value.too_large", "n", "value"),
        ("input.missing", "missing", "a"),
        ("input.missing", "missing", "b"),
        ("input.needs_wire", "constant", "a"),
        ("input.missing", "constant", "b"),
        ("link.unknown_node", "nowhere", "a"),
        ("input.missing", "nowhere", "b"),
        ("link.unknown_output", "slot", "a"),
        ("link.type_mismatch", "kind", "a"),
        ("value.not_a_choice", "t", "kind"),
        ("node.unknown_type", "unknown", None),
    }


def test_what_no_output_needs_may_be_unfinished():
    assert codes(form(s=("Steps", {"count": 1}), loose=("Add", {}))) == []


def test_only_the_outputs_that_no_error_reaches_are_runnable():
    found = check_graph(
        form(bad=("Add", {}), after=("Show", {"value": ["bad", 0]}), good=("Steps", {"count": 1})), CATALOGUE
    )
    assert found.outputs == ("after", "good")
    assert found.runnable == ("good",)
    assert found.outputs_behind("bad") == ("after",)


def test_targets_restrict_the_roots_and_unknown_ones_are_told():
    value = form(n=("Number", {"value": 1}), a=("Add", {"a": ["n", 0], "b": 1}), s=("Show", {"value": ["a", 0]}))
    assert check_graph(value, CATALOGUE, targets=["n"]).runnable == ("n",)
    assert codes(value, targets=["ghost"]) == [("graph.unknown_target", None, None)]


def test_a_circle_is_told_with_its_path():
    found = check_graph(
        form(a=("Add", {"a": ["b", 0], "b": 1}), b=("Add", {"a": ["a", 0], "b": 1}), s=("Show", {"value": ["a", 0]})),
        CATALOGUE,
    )
    (circle,) = found.problems
    assert circle.code == "graph.cycle"
    assert sorted(circle.params["path"][:-1]) == ["a", "b"]
    assert found.runnable == ()


def test_a_circle_through_an_input_that_the_node_does_not_have_is_none():
    found = check_graph(
        form(
            a=("Add", {"a": ["n", 0], "b": 1, "gone": ["b", 0]}),
            b=("Add", {"a": ["a", 0], "b": 1}),
            n=("Number", {"value": 1}),
            s=("Show", {"value": ["b", 0]}),
        ),
        CATALOGUE,
    )
    assert found.problems == ()
    assert found.order == ("n", "a", "b", "s")


def test_a_sound_graph_is_given_back_as_it_is_with_the_order_in_which_it_can_run():
    graph, _ = graph_from_json(form(s=("Show", {"value": ["n", 0]}), n=("Number", {"value": 7})))
    found = validate(graph, CATALOGUE)
    assert found.graph is graph
    assert found.order == ("n", "s")


def test_shapes_that_are_no_graph_are_told():
    assert codes([]) == [("graph.not_an_object", None, None)]
    assert codes({}) == [("graph.empty", None, None)]
    assert codes(form(n=("Number", {"value": 1}))) == [("graph.no_outputs", None, None)]
    assert codes({"a": 3, "b": {"inputs": {}}, "": {}, "s": {"class_type": "Steps"}}) == [
        ("node.not_an_object", "a", None),
        ("node.no_type", "b", None),
        ("node.bad_id", None, None),
        ("input.missing", "s", "count"),
    ]
    assert codes(form(s=("Show", {"value": [1, 2, 3]})))[0] == ("input.bad_link", "s", "value")


def test_a_wrapped_list_is_a_value():
    graph, problems = graph_from_json(form(s=("Show", {"value": {"__value__": [1, 2]}})))
    assert problems == ()
    assert graph.nodes["s"].inputs == {"value": [1, 2]}


def test_a_chain_of_ten_thousand_validates_in_seconds():
    nodes: dict[str, tuple[str, dict[str, Any]]] = {"0": ("Number", {"value": 1})}
    for index in range(1, 10_000):
        nodes[str(index)] = ("Add", {"a": [str(index - 1), 0], "b": 1})
    nodes["end"] = ("Show", {"value": ["9999", 0]})
    started = time.perf_counter()
    found = check_graph(form(**nodes), CATALOGUE)
    assert found.problems == ()
    assert time.perf_counter() - started < 5


def test_a_circle_of_ten_thousand_is_found():
    nodes = {str(index): ("Add", {"a": [str((index - 1) % 10_000), 0], "b": 1}) for index in range(10_000)}
    nodes["end"] = ("Show", {"value": ["9999", 0]})
    assert [item.code for item in check_graph(form(**nodes), CATALOGUE).problems] == ["graph.cycle"]


def test_every_code_has_a_sentence_that_its_parameters_fill():
    found = problem("link.type_mismatch", at="n", socket="a", input="a", expected="INT", received="THING", source="t")
    assert found.message == "The input a takes INT, but t gives THING."
    assert found.remedy == "Wire something of type INT to it."
    for message, remedy in SENTENCES.values():
        assert message.endswith((".", "}"))
        assert remedy


def test_a_muted_source_is_told_once_and_where_it_is_missed():
    document = {
        "noiseloom": 1,
        "nodes": [
            {"id": "n", "type": "Number", "title": "My number", "mode": "muted"},
            {"id": "a", "type": "Add"},
            {"id": "s", "type": "Show"},
            {"id": "loose", "type": "Add"},
        ],
        "wires": [
            {"from": ["n", "INT"], "to": ["a", "a"]},
            {"from": ["n", "INT"], "to": ["loose", "a"]},
            {"from": ["a", "INT"], "to": ["s", "value"]},
        ],
    }
    found = check_workflow(document, CATALOGUE)
    assert [(item.code, item.node, item.socket) for item in found.problems] == [("wire.source_muted", "a", "a")]
    assert "My number" in found.problems[0].message
    assert found.runnable == ()


def test_validation_of_an_empty_catalogue_reports_types_not_crashes():
    graph, _ = graph_from_json(form(s=("Show", {"value": 1})))
    assert [item.code for item in validate(graph, {}).problems] == ["graph.no_outputs", "node.unknown_type"]
