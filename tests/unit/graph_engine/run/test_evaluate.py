import math
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_engine.cache.policy import KEEP_CURRENT, KEEP_NOTHING, CachePolicy
from graph_engine.run.cancellation import CancelToken, check_cancelled
from graph_engine.run.events import NodeStarted
from graph_engine.spec.sdk import NodeContext, NodeResult, Registry, node
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY, Number


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "models" / "checkpoints").mkdir(parents=True)
    (tmp_path / "models" / "checkpoints" / "a.safetensors").write_bytes(b"1")
    return House(tmp_path, REGISTRY)


def chain(length: int, start: int = 1) -> dict[str, tuple[str, dict[str, Any]]]:
    nodes: dict[str, tuple[str, dict[str, Any]]] = {"n0": ("Number", {"value": start})}
    for index in range(1, length):
        nodes[f"n{index}"] = ("Add", {"a": [f"n{index - 1}", 0], "b": 1})
    return {**nodes, "end": ("Show", {"value": [f"n{length - 1}", 0]})}


def test_values_flow_and_events_tell_the_story(house: House):
    form: Form = {
        "n": ("Number", {"value": 3}),
        "p": ("Pair", {"a": ["n", 0]}),
        "j": ("Join", {"a": ["p", 0], "b": ["p", 1]}),
        "s": ("Show", {"value": ["j", 0]}),
        "loose": ("Number", {"value": 1}),
    }
    assert house.run(form) == "succeeded"
    assert house.shown == {"s": {"text": ["3006"]}}
    assert house.ran == ["n", "p", "j", "s"]
    assert [event.type for event in house.events] == [
        "job.started",
        "nodes.cached",
        *["node.started", "node.finished"] * 4,
        "job.finished",
    ]
    assert house.of("job.started")[0].nodes == ["n", "p", "j", "s"]


def test_a_second_run_calls_nothing_and_tells_the_result_again(house: House):
    house.run(chain(3))
    assert house.run(chain(3)) == "succeeded"
    assert house.ran == []
    assert house.of("nodes.cached")[0].nodes == ["n0", "n1", "n2", "end"]
    (told,) = house.of("node.finished")
    assert (told.node, told.cached, told.ui) == ("end", True, {"text": ["3"]})


def test_a_change_runs_only_what_depends_on_it(house: House):
    form = {**chain(3), "j": ("Join", {"a": ["n2", 0]}), "s2": ("Show", {"value": ["j", 0]})}
    house.run(form)
    form["j"] = ("Join", {"a": ["n2", 0], "b": ["n0", 0]})
    house.run(form)
    assert house.ran == ["j", "s2"]


def test_equal_nodes_share_one_result_whatever_their_ids(house: House):
    house.run(chain(3))
    renamed: Form = {
        "x": ("Number", {"value": 1}),
        "y": ("Add", {"a": ["x", 0], "b": 1}),
        "s": ("Show", {"value": ["y", 0]}),
    }
    house.run(renamed)
    assert house.ran == ["s"]


def test_a_changed_file_runs_its_node_again(house: House):
    form: Form = {
        "t": ("Thing", {"seed": 1, "kind": "round", "file": "a.safetensors"}),
        "s": ("Show", {"value": ["t", 0]}),
    }
    house.run(form)
    house.run(form)
    assert house.ran == []
    house.folders.model_path("checkpoints", "a.safetensors").write_bytes(b"longer")
    house.run(form)
    assert house.ran == ["t", "s"]


def test_a_result_whose_file_is_gone_is_made_again(tmp_path: Path):
    @node(id="Save", title="Save", category="test", is_output=True)
    def save(ctx: NodeContext, a: Number) -> NodeResult:
        with ctx.files.reserve_output("x", ".txt") as file:
            file.write(str(a).encode())
            return NodeResult(ui={"images": [file.ui]})

    house = House(tmp_path, REGISTRY.joined(Registry.of([save])))
    form: Form = {"n": ("Number", {"value": 3}), "s": ("Save", {"a": ["n", 0]})}
    house.run(form)
    house.run(form)
    assert house.ran == []
    (house.folders.output / "x_00001_.txt").unlink()
    house.run(form)
    assert house.ran == ["s"]
    assert (house.folders.output / "x_00001_.txt").read_text() == "3"


def test_a_failed_node_fails_its_descendants_only(house: House):
    form = {
        **chain(2),
        "f": ("Fail", {"a": ["n1", 0]}),
        "after": ("Add", {"a": ["f", 0], "b": 1}),
        "lost": ("Show", {"value": ["after", 0]}),
        "other": ("Show", {"value": ["n0", 0]}),
    }
    assert house.run(form) == "failed"
    assert set(house.shown) == {"end", "other"}
    (failure,) = house.of("node.failed")
    assert (failure.node, failure.problem.code) == ("f", "node.raised")
    assert failure.problem.message == "2 is not to my taste."
    assert "ValueError" in failure.details
    (finish,) = house.of("job.finished")
    assert finish.problems == (failure.problem,)


def test_a_graph_with_a_fault_runs_what_the_fault_does_not_touch(house: House):
    form = {**chain(2), "bad": ("Add", {"b": 1}), "s": ("Show", {"value": ["bad", 0]})}
    assert house.run(form) == "failed"
    assert set(house.shown) == {"end"}
    assert [item.code for item in house.of("job.finished")[0].problems] == ["input.missing"]


def test_targets_choose_what_runs(house: House):
    form = {**chain(3), "other": ("Show", {"value": ["n0", 0]})}
    assert house.run(form, targets=["other"]) == "succeeded"
    assert house.ran == ["n0", "other"]


def test_a_node_that_returns_too_little_is_told_apart_from_one_that_raises(tmp_path: Path):
    @node(id="Short", title="Short", category="test", is_output=True)
    def short() -> tuple[int, str]:
        return (1,)  # type: ignore[return-value]

    house = House(tmp_path, Registry.of([short]))
    assert house.run({"s": ("Short", {})}) == "failed"
    assert house.of("node.failed")[0].problem.code == "node.wrong_result"


def test_an_async_node_is_awaited(tmp_path: Path):
    @node(id="Later", title="Later", category="test", is_output=True)
    async def later() -> int:
        return 7

    house = House(tmp_path, Registry.of([later]))
    assert house.run({"s": ("Later", {})}) == "succeeded"


def test_progress_names_its_node(house: House):
    house.run({"s": ("Steps", {"count": 3})})
    assert [(event.node, event.value, event.total) for event in house.of("node.progress")] == [
        ("s", 1, 3),
        ("s", 2, 3),
        ("s", 3, 3),
    ]


def test_cancellation_is_an_outcome_and_stops_in_the_midst(house: House):
    token = CancelToken()

    def watch(event: Any) -> None:
        if event.type == "node.progress" and event.value == 2:
            token.cancel()

    assert house.run({"s": ("Steps", {"count": 50})}, watch=watch, token=token) == "cancelled"
    assert len(house.of("node.progress")) == 2
    assert house.of("node.failed") == []
    assert house.of("job.finished")[0].problems == ()


def test_cancellation_between_nodes_keeps_what_was_made(house: House):
    token = CancelToken()

    def watch(event: Any) -> None:
        if isinstance(event, NodeStarted) and event.node == "n5":
            token.cancel()

    assert house.run(chain(10), watch=watch, token=token) == "cancelled"
    house.run(chain(10))
    assert house.ran == ["n6", "n7", "n8", "n9", "end"]


def test_code_without_a_context_notices_cancellation(tmp_path: Path):
    token = CancelToken()

    @node(id="Deep", title="Deep", category="test", is_output=True)
    def deep() -> NodeResult:
        token.cancel()
        check_cancelled()
        return NodeResult()

    assert House(tmp_path, Registry.of([deep])).run({"s": ("Deep", {})}, token=token) == "cancelled"
    check_cancelled()


def test_what_must_always_run_takes_its_descendants_along(tmp_path: Path):
    calls: list[int] = []

    @node(id="Clock", title="Clock", category="test", cacheable=False)
    def clock() -> int:
        calls.append(1)
        return len(calls)

    house = House(tmp_path, REGISTRY.joined(Registry.of([clock])))
    form: Form = {
        "c": ("Clock", {}),
        "n": ("Number", {"value": 1}),
        "j": ("Join", {"a": ["c", 0], "b": ["n", 0]}),
        "s": ("Show", {"value": ["j", 0]}),
    }
    house.run(form)
    house.run(form)
    assert house.ran == ["c", "j", "s"]
    assert house.shown == {"s": {"text": ["2001"]}}


def test_a_stated_fingerprint_decides_over_running_again(tmp_path: Path):
    state = {"value": 1.0}

    @node(id="Outside", title="Outside", category="test", fingerprint=lambda scale: state["value"])
    def outside(scale: int = 1) -> int:
        return scale

    house = House(tmp_path, REGISTRY.joined(Registry.of([outside])))
    form: Form = {"o": ("Outside", {"scale": 2}), "s": ("Show", {"value": ["o", 0]})}
    house.run(form)
    house.run(form)
    assert house.ran == []
    state["value"] = 2.0
    house.run(form)
    assert house.ran == ["o", "s"]
    state["value"] = math.nan
    house.run(form)
    house.run(form)
    assert house.ran == ["o", "s"]


@pytest.mark.parametrize(
    ("policy", "ran"),
    [
        (KEEP_CURRENT, 4),
        (KEEP_NOTHING, 4),
        (CachePolicy(budget_bytes=1 << 20), 0),
        (CachePolicy(most=3), 4),
        (CachePolicy(most=8), 0),
    ],
)
def test_going_back_to_an_earlier_graph_is_a_matter_of_policy(tmp_path: Path, policy: CachePolicy, ran: int):
    house = House(tmp_path, REGISTRY, policy)
    house.run(chain(3))
    house.run(chain(3, start=100))
    house.run(chain(3))
    assert len(house.ran) == ran


def test_the_cache_never_holds_more_than_its_budget(tmp_path: Path):
    house = House(tmp_path, REGISTRY, CachePolicy(budget_bytes=500))
    house.run(chain(100))
    assert 0 < house.surroundings.store.total_bytes <= 500


def test_a_chain_of_ten_thousand_runs_and_runs_again_from_the_cache(house: House):
    started = time.perf_counter()
    assert house.run(chain(10_000)) == "succeeded"
    assert house.shown == {"end": {"text": ["10000"]}}
    assert house.run(chain(10_000)) == "succeeded"
    assert house.ran == []
    assert time.perf_counter() - started < 30


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, dict[str, Any]]]:
    form: dict[str, tuple[str, dict[str, Any]]] = {"0": ("Number", {"value": draw(st.integers(0, 3))})}
    for index in range(1, draw(st.integers(1, 12))):
        link = st.integers(0, index - 1).map(lambda source: [str(source), 0])
        kind = draw(st.sampled_from(["Number", "Add", "Join", "Pair", "Fail"]))
        if kind == "Number":
            form[str(index)] = (kind, {"value": draw(st.integers(0, 3))})
        elif kind == "Join":
            inputs = {"a": draw(link)}
            if draw(st.booleans()):
                inputs["b"] = draw(link)
            form[str(index)] = (kind, inputs)
        elif kind == "Add":
            form[str(index)] = (kind, {"a": draw(link), "b": draw(st.integers(-2, 2) | link)})
        else:
            form[str(index)] = (kind, {"a": draw(link)})
    for index in range(draw(st.integers(1, 4))):
        form[f"s{index}"] = ("Show", {"value": [str(draw(st.integers(0, len(form) - index - 1))), 0]})
    return form


def naive(form: Form, node_id: str) -> int | None:
    """The plainest reference: recursion, no cache. None where a failure lies above."""
    kind, inputs = form[node_id]
    given = {name: naive(form, value[0]) if isinstance(value, list) else value for name, value in inputs.items()}
    if None in given.values() or kind == "Fail":
        return None
    return REGISTRY.types[kind].function(**given)[0] if kind == "Pair" else REGISTRY.types[kind].function(**given)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forms=st.lists(graphs(), min_size=1, max_size=3))
def test_random_graphs_give_what_plain_recursion_gives_also_from_the_cache(
    forms: list[Form], tmp_path_factory: pytest.TempPathFactory
):
    house = House(tmp_path_factory.getbasetemp() / "property", REGISTRY)
    for form in [*forms, forms[0]]:
        outcome = house.run(form)
        expected = {
            node_id: naive(form, inputs["value"][0]) for node_id, (kind, inputs) in form.items() if kind == "Show"
        }
        told = {name: {"text": [str(value)]} for name, value in expected.items() if value is not None}
        assert house.shown == told
        assert outcome == ("failed" if None in expected.values() else "succeeded")
        assert len(house.ran) == len(set(house.ran))
