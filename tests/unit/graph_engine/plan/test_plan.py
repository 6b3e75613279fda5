from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.plan.order import run_order
from graph_engine.plan.reach import cycles, downstream, reachable
from graph_engine.plan.work import stated_work
from graph_engine.validate.problem import ProblemError


def graph(wires: dict[str, list[str]]) -> Graph:
    return Graph(
        {
            name: GraphNode(name, "x", {str(index): Link(source, 0) for index, source in enumerate(sources)})
            for name, sources in wires.items()
        }
    )


@st.composite
def any_graph(draw: st.DrawFn) -> dict[str, list[str]]:
    names = [str(index) for index in range(draw(st.integers(1, 8)))]
    return {name: draw(st.lists(st.sampled_from(names), max_size=3)) for name in names}


def has_circle(wires: dict[str, list[str]]) -> bool:
    """Plain peeling: take away nodes without sources until nothing changes."""
    left = {name: set(sources) for name, sources in wires.items()}
    while free := [name for name, sources in left.items() if not sources]:
        for name in free:
            del left[name]
        for sources in left.values():
            sources.difference_update(free)
    return bool(left)


@given(wires=any_graph())
def test_sources_come_before_users_or_a_circle_is_told(wires: dict[str, list[str]]):
    built = graph(wires)
    found = cycles(built, built.nodes)
    assert bool(found) == has_circle(wires)
    for ring in found:
        for upper, lower in zip(ring, [*ring[1:], ring[0]], strict=True):
            assert upper in wires[lower]
    if found:
        with pytest.raises(ProblemError, match="circle"):
            run_order(built, list(wires))
        return
    order = run_order(built, list(wires))
    assert sorted(order) == sorted(wires)
    for name, sources in wires.items():
        assert all(order.index(source) < order.index(name) for source in sources)


@given(wires=any_graph(), data=st.data())
def test_reach_up_and_reach_down_agree(wires: dict[str, list[str]], data: st.DataObject):
    built = graph(wires)
    one, other = data.draw(st.sampled_from(list(wires))), data.draw(st.sampled_from(list(wires)))
    assert (one in reachable(built, [other])) == (other in downstream(built, built.nodes, [one]))


def test_wires_to_nowhere_and_unknown_roots_are_passed_over():
    built = graph({"a": ["ghost"]})
    assert list(reachable(built, ["a", "nobody"])) == ["a"]
    assert run_order(built, ["a"]) == ["a"]


def test_a_branch_is_finished_before_the_next_is_begun():
    wires: dict[str, Any] = {"a": [], "b": ["a"], "c": [], "d": ["c"], "end": ["b", "d"]}
    assert run_order(graph(wires), ["end"]) == ["a", "b", "c", "d", "end"]


def test_a_plan_says_how_many_steps_its_nodes_state():
    stated: dict[str, Any] = {"many": 20, "one": 1, "yes": True, "huge": 10**400, "wired": Link("many", 0)}
    built = Graph({name: GraphNode(name, "Sampler", {"steps": steps}) for name, steps in stated.items()})
    assert stated_work(built, ["many", "one", "yes", "huge", "wired"]) == {"many": 20, "huge": 10_000}
    assert stated_work(graph({"a": []}), ["a"]) == {}
