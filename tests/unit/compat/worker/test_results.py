from typing import Any

import pytest

from compat.comfyui.worker.blocker import ExecutionBlocker
from compat.comfyui.worker.results import Outputs, node_result
from graph_engine.document.graph import GraphNode, Link
from graph_engine.spec.result import Blocked

TWO = Outputs("Node", (False, True), False)
ONE = Outputs("Node", (False,), False)
SHOWS = Outputs("Node", (False,), True)


def test_a_tuple_is_values_and_lists_are_made_of_any_iterable():
    assert node_result((1, iter("ab")), TWO).values == (1, ["a", "b"])


def test_what_is_shown_becomes_lists():
    ui = {"text": iter(["a"]), "one": "word", "number": 3, "images": ({"filename": "x"},), "none": None}
    assert node_result({"ui": ui}, SHOWS).ui == {
        "text": ["a"],
        "one": ["word"],
        "number": [3],
        "images": [{"filename": "x"}],
        "none": [],
    }


def test_a_blocker_stands_for_all_outputs_or_for_one():
    assert node_result(ExecutionBlocker("why"), TWO).values == (Blocked("why"), Blocked("why"))
    assert node_result((1, ExecutionBlocker(None)), TWO).values == (1, Blocked(None))


def test_links_count_as_links_only_beside_an_expansion():
    assert node_result((["1", 0],), ONE).values == (["1", 0],)
    graph = {"1.0.0.1": {"class_type": "X", "inputs": {"a": ["1", 0], "b": [1, 2]}, "override_display_id": "7"}}
    result = node_result({"result": (["1.0.0.1", 0],), "expand": graph}, ONE)
    assert result.values == (Link("1.0.0.1", 0),)
    assert result.expand is not None
    node = GraphNode("1.0.0.1", "X", {"a": Link("1", 0), "b": [1, 2]}, display="7")
    assert result.expand.nodes == {"1.0.0.1": node}


def test_a_missing_value_blocks_who_would_take_it_and_one_too_many_is_dropped():
    (first, second) = node_result((1,), TWO).values
    assert first == 1 and isinstance(second, Blocked) and "states 2" in str(second.message)
    assert node_result((1, 2, 3), ONE).values == (1,)
    assert node_result(None, SHOWS).values == (None,)


@pytest.mark.parametrize("returned", [5, "text", object()])
def test_what_is_no_tuple_is_refused_by_name_where_there_are_several_outputs(returned: Any):
    with pytest.raises(TypeError, match="a node returns a tuple"):
        node_result(returned, TWO)
