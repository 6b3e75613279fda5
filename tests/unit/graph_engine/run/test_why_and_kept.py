from pathlib import Path

import pytest

from graph_engine.cache.policy import KEEP_NOTHING
from graph_engine.spec.sdk import NodeContext, Registry, node
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY, Number


@node(id="Tally", title="Tally", category="test", cacheable=False)
def tally(ctx: NodeContext, a: Number) -> int:
    counts = ctx.keep(list[int])
    counts.append(a)
    return len(counts)


@node(id="Named", title="Named", category="test", keyed_by_id=True)
def named(ctx: NodeContext, a: Number) -> str:
    return f"{ctx.node_id} {a}"


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "models" / "checkpoints").mkdir(parents=True)
    (tmp_path / "models" / "checkpoints" / "a.safetensors").write_bytes(b"1")
    return House(tmp_path, REGISTRY.joined(Registry.of([tally, named])))


FORM: Form = {
    "n": ("Number", {"value": 1}),
    "a": ("Add", {"a": ["n", 0], "b": 2}),
    "b": ("Join", {"a": ["a", 0], "b": ["n", 0]}),
    "s": ("Show", {"value": ["b", 0]}),
}


def why(house: House) -> dict[str, list[str]]:
    return {event.node: list(event.why) for event in house.of("node.started")}


def test_the_first_job_runs_everything_for_the_first_time(house: House):
    house.run(FORM)
    assert why(house) == {name: ["first"] for name in "nabs"}


def test_a_changed_value_is_named_and_what_hangs_on_it_points_upstream(house: House):
    house.run(FORM)
    house.run({**FORM, "a": ("Add", {"a": ["n", 0], "b": 3})})
    assert why(house) == {"a": ["input:b"], "b": ["upstream:a"], "s": ["upstream:value"]}


def test_a_new_wire_and_a_new_type_are_told(house: House):
    house.run(FORM)
    house.run({**FORM, "s": ("Show", {"value": ["a", 0]})})
    assert why(house) == {"s": ["input:value"]}
    house.run({**FORM, "b": ("Pair", {"a": ["a", 0]})})
    assert why(house) == {"b": ["type"], "s": ["input:value"]}


def test_a_changed_file_is_outside_state(house: House):
    form: Form = {
        "t": ("Thing", {"seed": 1, "kind": "round", "file": "a.safetensors"}),
        "s": ("Show", {"value": ["t", 0]}),
    }
    house.run(form)
    house.folders.model_path("checkpoints", "a.safetensors").write_bytes(b"longer")
    house.run(form)
    assert why(house) == {"t": ["outside"], "s": ["upstream:value"]}


def test_what_is_never_cached_and_what_was_not_kept_say_so(house: House, tmp_path: Path):
    form: Form = {"n": ("Number", {"value": 1}), "t": ("Tally", {"a": ["n", 0]}), "s": ("Show", {"value": ["t", 0]})}
    house.run(form)
    house.run(form)
    assert why(house) == {"t": ["never_cached"], "s": ["upstream:value"]}
    forgetful = House(tmp_path / "other", REGISTRY, KEEP_NOTHING)
    forgetful.run(FORM)
    forgetful.run(FORM)
    assert why(forgetful) == {name: ["evicted"] for name in "nabs"}


def test_workflows_are_compared_with_themselves(house: House):
    mine, other = {"noiseloom": {"id": "mine"}}, {"workflow": {"id": "other"}}
    house.run(FORM, metadata=mine)
    house.run({**FORM, "n": ("Number", {"value": 7})}, metadata=other)
    house.run({**FORM, "a": ("Add", {"a": ["n", 0], "b": 3})}, metadata=mine)
    assert why(house)["a"] == ["input:b"]


def kept(house: House, workflow: str = "", type_id: str = "Tally") -> str:
    form: Form = {"n": ("Number", {"value": 1}), "t": (type_id, {"a": ["n", 0]}), "s": ("Show", {"value": ["t", 0]})}
    house.run(form, metadata={"noiseloom": {"id": workflow}})
    return house.shown.get("s", {"text": [""]})["text"][0]


def test_a_node_keeps_an_object_from_job_to_job_of_one_workflow_only(house: House):
    assert [kept(house, "a"), kept(house, "a"), kept(house, "b"), kept(house, "a")] == ["1", "2", "1", "3"]


def test_an_object_is_dropped_with_its_node_or_its_type(house: House):
    kept(house, "a")
    house.run(FORM, metadata={"noiseloom": {"id": "a"}})
    assert kept(house, "a") == "1"
    kept(house, "a", type_id="Named")
    assert kept(house, "a") == "1"


def test_nodes_keyed_by_id_share_nothing(house: House):
    form: Form = {
        "n": ("Number", {"value": 1}),
        "x": ("Named", {"a": ["n", 0]}),
        "y": ("Named", {"a": ["n", 0]}),
        "s": ("Show", {"value": ["x", 0]}),
        "t": ("Show", {"value": ["y", 0]}),
    }
    house.run(form)
    assert house.shown == {"s": {"text": ["x 1"]}, "t": {"text": ["y 1"]}}
