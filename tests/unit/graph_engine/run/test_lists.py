from pathlib import Path
from typing import Annotated, Any

import pytest

from graph_engine.spec.sdk import Blocked, NodeContext, NodeResult, Outputs, Registry, Socket, node
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY, Number


@node(id="Range", title="Range", category="test")
def up_to(count: int = 3) -> list[Annotated[int, Socket("INT")]]:
    return list(range(count))


@node(id="Sum", title="Sum", category="test", list_inputs=True)
def total(values: list[Number], times: list[int]) -> int:
    return sum(values) * times[0]


@node(id="Calls", title="Calls", category="test", is_output=True)
def calls(ctx: NodeContext, a: Number) -> NodeResult:
    return NodeResult(ui={"text": [f"{ctx.call}:{a}"]})


@node(id="Evens", title="Evens", category="test")
def evens(a: Number) -> Annotated[NodeResult, Outputs(Number)]:
    return NodeResult(values=(a if a % 2 == 0 else Blocked(),))


@node(id="Demand", title="Demand", category="test")
def demand(a: Number) -> Annotated[NodeResult, Outputs(Number)]:
    return NodeResult(values=(Blocked("Choose a model first."),))


@node(id="NotAList", title="Not a list", category="test")
def not_a_list() -> list[Annotated[int, Socket("INT")]]:
    return 3


@pytest.fixture
def house(tmp_path: Path) -> House:
    mine = Registry.of([up_to, total, calls, evens, demand, not_a_list])
    return House(tmp_path, REGISTRY.joined(mine))


def shown(house: House, form: Form) -> Any:
    assert house.run(form) == "succeeded"
    return house.shown["s"]["text"]


def test_a_list_runs_what_follows_once_for_each_item_and_shows_all(house: House):
    form: Form = {
        "r": ("Range", {"count": 3}),
        "a": ("Add", {"a": ["r", 0], "b": 10}),
        "s": ("Calls", {"a": ["a", 0]}),
    }
    assert shown(house, form) == ["0:10", "1:11", "2:12"]
    assert house.ran == ["r", "a", "s"]


def test_the_longest_list_counts_and_shorter_ones_repeat_their_last_item(house: House):
    form: Form = {
        "r": ("Range", {"count": 4}),
        "t": ("Range", {"count": 2}),
        "j": ("Join", {"a": ["r", 0], "b": ["t", 0]}),
        "s": ("Show", {"value": ["j", 0]}),
    }
    assert shown(house, form) == ["0", "1001", "2001", "3001"]


def test_a_node_with_list_inputs_is_called_once_with_all(house: House):
    form: Form = {
        "r": ("Range", {"count": 5}),
        "t": ("Sum", {"values": ["r", 0], "times": 2}),
        "s": ("Show", {"value": ["t", 0]}),
    }
    assert shown(house, form) == ["20"]


def test_lists_of_lists_run_on_as_one_list(house: House):
    form: Form = {
        "r": ("Range", {"count": 4}),
        "q": ("Range", {"count": ["r", 0]}),
        "s": ("Show", {"value": ["q", 0]}),
    }
    assert shown(house, form) == ["0", "0", "1", "0", "1", "2"]


def test_an_empty_list_means_no_call_and_an_empty_list_goes_on(house: House):
    form: Form = {
        "r": ("Range", {"count": 0}),
        "a": ("Add", {"a": ["r", 0], "b": 1}),
        "t": ("Sum", {"values": ["a", 0], "times": 2}),
        "s": ("Show", {"value": ["t", 0]}),
        "quiet": ("Calls", {"a": ["a", 0]}),
    }
    assert shown(house, form) == ["0"]
    assert "quiet" not in house.shown


def test_a_list_survives_the_cache(house: House):
    form: Form = {"r": ("Range", {"count": 3}), "s": ("Show", {"value": ["r", 0]})}
    assert shown(house, form) == ["0", "1", "2"]
    assert shown(house, {**form, "s": ("Calls", {"a": ["r", 0]})}) == ["0:0", "1:1", "2:2"]
    assert house.ran == ["s"]


def test_an_item_that_is_blocked_is_skipped_in_silence(house: House):
    form: Form = {
        "r": ("Range", {"count": 5}),
        "e": ("Evens", {"a": ["r", 0]}),
        "a": ("Add", {"a": ["e", 0], "b": 100}),
        "s": ("Show", {"value": ["a", 0]}),
    }
    assert shown(house, form) == ["100", "102", "104"]
    assert house.of("node.failed") == []


def test_a_list_output_that_is_no_list_is_the_nodes_fault(house: House):
    assert house.run({"n": ("NotAList", {}), "s": ("Show", {"value": ["n", 0]})}) == "failed"
    assert house.of("node.failed")[0].problem.code == "node.wrong_result"


def test_a_blocker_with_a_message_is_told_once_and_then_silent(house: House):
    form: Form = {
        "n": ("Number", {"value": 1}),
        "d": ("Demand", {"a": ["n", 0]}),
        "a": ("Add", {"a": ["d", 0], "b": 1}),
        "b": ("Add", {"a": ["a", 0], "b": 1}),
        "s": ("Show", {"value": ["b", 0]}),
        "other": ("Show", {"value": ["n", 0]}),
    }
    for _ in range(2):  # the second time the blocker comes from the cache
        assert house.run(form) == "failed"
        (failure,) = house.of("node.failed")
        assert (failure.node, failure.problem.code) == ("a", "node.blocked")
        assert failure.problem.message == "Choose a model first."
    assert house.ran == []


def test_a_silent_blocker_skips_outputs_and_the_job_succeeds(house: House):
    form: Form = {
        "n": ("Number", {"value": 3}),
        "e": ("Evens", {"a": ["n", 0]}),
        "s": ("Show", {"value": ["e", 0]}),
        "other": ("Show", {"value": ["n", 0]}),
    }
    assert house.run(form) == "succeeded"
    assert set(house.shown) == {"other"}
