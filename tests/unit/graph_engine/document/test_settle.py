from typing import Any

from graph_engine.document.reading import workflow_from_json
from graph_engine.document.settle import settle
from tests.unit.graph_engine.sample_nodes import CATALOGUE


def settled(widgets: dict[str, Any], kind: str = "Thing") -> tuple[dict[str, Any], list[str]]:
    workflow, _ = workflow_from_json(
        {"noiseloom": 2, "nodes": [{"id": "t", "type": kind, "widgets": widgets}], "wires": []}
    )
    result, notes = settle(workflow, CATALOGUE)
    return dict(result.canvas.nodes[0].widgets), [note.code for note in notes]


def test_names_that_still_hold_are_left_alone() -> None:
    assert settled({"seed": 4, "kind": "square"}) == ({"seed": 4, "kind": "square"}, [])


def test_a_renamed_widget_finds_its_value_by_order_and_kind() -> None:
    assert settled({"noise": 4, "form": "square"}) == ({"seed": 4, "kind": "square"}, ["import.value_moved"] * 2)


def test_a_value_that_fits_nothing_is_kept_and_told() -> None:
    assert settled({"seed": 4, "extra": [1]}) == ({"seed": 4, "extra": [1]}, ["import.value_dropped"])


def test_a_node_of_unknown_type_keeps_everything() -> None:
    assert settled({"a": 1}, "No such") == ({"a": 1}, [])
