from collections.abc import Generator
from pathlib import Path
from typing import Annotated, Any

import pytest

from graph_engine.cache.policy import KEEP_NOTHING
from graph_engine.spec.sdk import (
    Graph,
    GraphNode,
    Lazy,
    Link,
    NodeContext,
    NodeResult,
    Outputs,
    RawLink,
    Registry,
    Round,
    Socket,
    node,
)
from tests.unit.graph_engine.harness import House
from tests.unit.graph_engine.sample_nodes import REGISTRY, Number


@node(id="AddTwice", title="Add twice", category="test")
def add_twice(ctx: NodeContext, a: Number, b: int = 1) -> Annotated[NodeResult, Outputs(Number)]:
    sub = ctx.new_graph()
    first = sub.node("Add", a=a, b=b)
    second = sub.node("Add", a=first.out(), b=b)
    sub.node("Show", id="shown", value=first.out())
    return NodeResult(values=(second.out(),), expand=sub.graph())


@node(id="Deep", title="Deep", category="test")
def deep(ctx: NodeContext, a: Number, depth: int = 3) -> Annotated[NodeResult, Outputs(Number)]:
    if depth == 0:
        return NodeResult(values=(a,))
    sub = ctx.new_graph()
    inner = sub.node("Deep", id="in", a=sub.node("Add", a=a, b=1).out(), depth=depth - 1)
    return NodeResult(values=(inner.out(),), expand=sub.graph())


@node(id="Objects", title="Objects", category="test")
def objects(ctx: NodeContext, a: Number) -> Annotated[NodeResult, Outputs(Any)]:
    sub = ctx.new_graph()
    holder = sub.node("Same", value=object() if a < 0 else {a, a + 1})
    return NodeResult(values=(holder.out(),), expand=sub.graph())


@node(id="Same", title="Same", category="test")
def same(value: Annotated[Any, Socket("*")]) -> Any:
    return value


@node(id="CountTo", title="Count to", category="test")
def count_to(ctx: NodeContext, a: Number, rounds: int = 3) -> Generator[Round, tuple[Any, ...], int]:
    value: Any = a
    found = a
    for _ in range(rounds):
        sub = ctx.new_graph()
        step = sub.node("Add", id="step", a=value, b=1)
        (found,) = yield Round(sub.graph(), (step.out(),))
        value = step.out()
    return found


@node(id="Bad", title="Bad", category="test")
def bad(ctx: NodeContext, kind: str = "id") -> Annotated[NodeResult, Outputs(Number)]:
    made = {
        "id": Graph({"n": GraphNode("n", "Number", {})}),
        "type": Graph({"x1": GraphNode("x1", "Nothing", {})}),
        "slot": Graph({"x1": GraphNode("x1", "Add", {"a": Link("n", 7)})}),
        "ring": Graph({a: GraphNode(a, "Add", {"a": Link(b, 0)}) for a, b in (("x1", "x2"), ("x2", "x1"))}),
        "self": Graph({"x1": GraphNode("x1", "Add", {"a": Link(ctx.node_id, 0)})}),
        "fails": Graph({"x1": GraphNode("x1", "Fail", {"a": 3})}),
    }[kind]
    return NodeResult(values=(Link("x1", 0) if kind != "id" else Link("n", 0),), expand=made)


@node(id="Late", title="Late", category="test")
def late(ctx: NodeContext, a: Annotated[Any, Socket("*"), RawLink(), Lazy()]) -> Annotated[NodeResult, Outputs(Number)]:
    sub = ctx.new_graph()
    return NodeResult(values=(sub.node("Add", a=a, b=1).out(),), expand=sub.graph())


WITH_MINE = REGISTRY.joined(Registry.of([add_twice, deep, objects, same, count_to, bad, late]))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, WITH_MINE)


def graph(kind: str, /, **inputs: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "n": ("Number", {"value": 5}),
        "x": (kind, inputs),
        "s": ("Show", {"value": ["x", 0]}),
    }


def test_an_expansion_runs_in_place_of_its_node_and_its_outputs_run_too(house: House):
    assert house.run(graph("AddTwice", a=["n", 0], b=10)) == "succeeded"
    assert house.shown == {"s": {"text": ["25"]}, "x.0.0.shown": {"text": ["15"]}}
    assert house.ran == ["n", "x", "x.0.0.1", "x.0.0.2", "x.0.0.shown", "s"]


def test_events_of_an_expansion_say_where_it_belongs(house: House):
    house.run(graph("Deep", a=["n", 0], depth=2))
    places = {event.node: event.place for event in house.of("node.started")}
    assert places["x"] is None
    inner = places["x.0.0.in"]
    assert (inner.display, inner.parent, inner.real) == ("x", "x", "x")
    innermost = places["x.0.0.in.0.0.1"]
    assert (innermost.display, innermost.parent, innermost.real) == ("x", "x.0.0.in", "x")


def test_expansions_nest(house: House):
    assert house.run(graph("Deep", a=["n", 0], depth=30)) == "succeeded"
    assert house.shown["s"] == {"text": ["35"]}


def test_each_item_of_a_list_expands_for_itself(house: House):
    form = graph("AddTwice", a=["p", 0], b=1) | {"p": ("Pair", {"a": ["n", 0]})}
    house.run(form)
    assert house.shown["s"] == {"text": ["7"]}


def test_nodes_inside_an_expansion_are_cached_by_content(house: House):
    house.run(graph("Deep", a=["n", 0], depth=3))
    house.run(graph("Deep", a=["n", 0], depth=4))
    # What it hands to its inner nodes are the same numbers as before, down to the last, which is new.
    assert [name for name in house.ran if name.endswith("1")] == ["x.0.0.in.0.0.in.0.0.in.0.0.1"]


def test_the_whole_expansion_is_cached_under_its_node(house: House):
    house.run(graph("AddTwice", a=["n", 0], b=10))
    assert house.run(graph("AddTwice", a=["n", 0], b=10)) == "succeeded"
    assert house.ran == []


def test_an_object_without_a_fingerprint_is_known_by_its_place(house: House):
    form = graph("Objects", a=["n", 0])
    house.run(form)
    assert house.ran == ["n", "x", "x.0.0.1", "s"]
    house.run(form)
    assert house.ran == []


def test_a_generator_runs_round_after_round_without_nesting(house: House):
    assert house.run(graph("CountTo", a=["n", 0], rounds=2000)) == "succeeded"
    assert house.shown["s"] == {"text": ["2005"]}
    assert "x.0.1999.step" in house.ran


def test_rounds_that_an_earlier_job_ran_come_from_the_cache(house: House):
    house.run(graph("CountTo", a=["n", 0], rounds=10))
    house.run(graph("CountTo", a=["n", 0], rounds=12))
    assert house.ran == ["x", "x.0.10.step", "x.0.11.step", "s"]


def test_a_generator_works_without_any_cache(tmp_path: Path):
    house = House(tmp_path, WITH_MINE, KEEP_NOTHING)
    assert house.run(graph("CountTo", a=["n", 0], rounds=10)) == "succeeded"
    assert house.shown["s"] == {"text": ["15"]}
    assert len(house.ran) == len(set(house.ran))


def test_an_expansion_may_wire_to_what_nothing_else_needs(house: House):
    assert house.run(graph("Late", a=["n", 0])) == "succeeded"
    assert house.ran == ["x", "n", "x.0.0.1", "s"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("id", "expansion.id_taken"),
        ("type", "node.unknown_type"),
        ("slot", "link.unknown_output"),
        ("ring", "graph.cycle"),
        ("self", "graph.cycle"),
        ("fails", "node.raised"),
    ],
)
def test_a_bad_expansion_fails_with_a_problem_and_harms_no_other(house: House, kind: str, code: str):
    form = {**graph("Bad", kind=kind), "other": ("Show", {"value": ["n", 0]})}
    assert house.run(form) == "failed"
    assert [item.problem.code for item in house.of("node.failed")] == [code]
    assert set(house.shown) == {"other"}
