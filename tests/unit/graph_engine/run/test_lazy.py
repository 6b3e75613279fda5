from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pytest

from graph_engine.spec.sdk import Lazy, NodeContext, RawLink, Registry, Socket, node
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY

LazyNumber = Annotated[int, Socket("INT"), Lazy()]


def chosen(known: Mapping[str, Any], ctx: NodeContext) -> list[str]:
    return ["b" if known["pick"] else "a"]


@node(id="Choose", title="Choose", category="test", needs=chosen)
def choose(pick: bool = False, a: LazyNumber | None = None, b: LazyNumber | None = None) -> int:
    found = b if pick else a
    assert found is not None
    return found


def first_that_is_large(known: Mapping[str, Any], ctx: NodeContext) -> list[str]:
    for name in ("a", "b", "c"):
        if name not in known:
            return [name]
        if known[name] > 10:
            return []
    return []


@node(id="FirstLarge", title="First large", category="test", needs=first_that_is_large)
def first_large(a: LazyNumber, b: LazyNumber, c: LazyNumber) -> int:
    return next((value for value in (a, b, c) if value is not None and value > 10), 0)


@node(id="Wire", title="Wire", category="test")
def wire(a: Annotated[Any, Socket("*"), RawLink()]) -> str:
    return f"{a.source}:{a.slot}"


def refuses(known: Mapping[str, Any], ctx: NodeContext) -> list[str]:
    raise ValueError("I cannot say.")


@node(id="Unsure", title="Unsure", category="test", needs=refuses)
def unsure(a: LazyNumber) -> int:
    return 1


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, REGISTRY.joined(Registry.of([choose, first_large, wire, unsure])))


def choice(pick: bool) -> Form:
    return {
        "x": ("Number", {"value": 1}),
        "a": ("Add", {"a": ["x", 0], "b": 10}),
        "y": ("Number", {"value": 2}),
        "b": ("Add", {"a": ["y", 0], "b": 20}),
        "c": ("Choose", {"pick": pick, "a": ["a", 0], "b": ["b", 0]}),
        "s": ("Show", {"value": ["c", 0]}),
    }


def test_only_the_branch_that_is_asked_for_runs(house: House):
    assert house.run(choice(False)) == "succeeded"
    assert house.ran == ["x", "a", "c", "s"]
    assert house.shown == {"s": {"text": ["11"]}}
    assert house.of("nodes.cached")[0].nodes == []


def test_the_other_branch_runs_when_the_choice_changes_and_the_first_stays_cached(house: House):
    house.run(choice(False))
    house.run(choice(True))
    assert house.ran == ["y", "b", "c", "s"]
    house.run(choice(False))
    assert house.ran == []


def test_a_branch_that_fails_harms_nobody_who_does_not_ask_for_it(house: House):
    form = {**choice(False), "b": ("Fail", {"a": ["y", 0]})}
    assert house.run(form) == "succeeded"
    assert house.run({**form, "c": ("Choose", {"pick": True, "a": ["a", 0], "b": ["b", 0]})}) == "failed"
    assert [item.node for item in house.of("node.failed")] == ["b"]


def test_a_node_is_asked_again_after_each_answer(house: House):
    form: Form = {
        "1": ("Number", {"value": 1}),
        "20": ("Number", {"value": 20}),
        "30": ("Number", {"value": 30}),
        "f": ("FirstLarge", {"a": ["1", 0], "b": ["20", 0], "c": ["30", 0]}),
        "s": ("Show", {"value": ["f", 0]}),
    }
    house.run(form)
    assert house.ran == ["1", "20", "f", "s"]
    assert house.shown == {"s": {"text": ["20"]}}


def test_a_lazy_branch_that_another_node_needs_anyway_runs_once(house: House):
    house.run({**choice(False), "t": ("Show", {"value": ["b", 0]})})
    assert sorted(house.ran) == ["a", "b", "c", "s", "t", "x", "y"]


def test_a_lazy_answer_from_the_cache_is_told_as_cached(house: House):
    house.run({**choice(True), "t": ("Show", {"value": ["a", 0]})})
    house.run({"n": ("Number", {"value": 5}), **choice(False)})
    assert house.ran == ["c", "s"]
    assert [event.nodes for event in house.of("nodes.cached")] == [[], ["a"]]


def test_a_question_that_raises_fails_the_node(house: House):
    form: Form = {
        "n": ("Number", {"value": 5}),
        "u": ("Unsure", {"a": ["n", 0]}),
        "s": ("Show", {"value": ["u", 0]}),
        "t": ("Show", {"value": ["n", 0]}),
    }
    assert house.run(form) == "failed"
    assert [item.node for item in house.of("node.failed")] == ["u"]
    assert house.shown == {"t": {"text": ["5"]}}


def test_a_raw_input_receives_the_wire_itself(house: House):
    form: Form = {
        "p": ("Number", {"value": 5}),
        "q": ("Pair", {"a": ["p", 0]}),
        "w": ("Wire", {"a": ["q", 1]}),
        "s": ("Show", {"value": ["w", 0]}),
    }
    house.run(form)
    assert house.shown == {"s": {"text": ["q:1"]}}
