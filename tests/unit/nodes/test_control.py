import time
from pathlib import Path
from typing import Any

import pytest

from graph_engine.cache.policy import KEEP_CURRENT, KEEP_NOTHING, CachePolicy
from graph_engine.spec.sdk import Registry
from nodes import control
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.run.test_lists import calls
from tests.unit.graph_engine.sample_nodes import REGISTRY

ALL = REGISTRY.joined(Registry.collect(control)).joined(Registry.of([calls]))


@pytest.fixture(params=[CachePolicy(budget_bytes=1 << 20), KEEP_CURRENT, KEEP_NOTHING])
def house(tmp_path: Path, request: pytest.FixtureRequest) -> House:
    return House(tmp_path, ALL, request.param)


def texts(house: House, form: Form, node: str = "s") -> list[str]:
    assert house.run(form) == "succeeded", house.of("node.failed")
    return house.shown.get(node, {"text": []})["text"]


def test_a_switch_computes_the_chosen_side_only(house: House):
    form: Form = {
        "x": ("Number", {"value": 1}),
        "y": ("Fail", {"a": ["x", 0]}),
        "w": ("Switch", {"on": True, "on_true": ["x", 0], "on_false": ["y", 0]}),
        "s": ("Show", {"value": ["w", 0]}),
    }
    assert texts(house, form) == ["1"]


def test_a_switch_with_nothing_there_skips_what_follows(house: House):
    form: Form = {
        "x": ("Number", {"value": 1}),
        "w": ("Switch", {"on": False, "on_true": ["x", 0]}),
        "s": ("Show", {"value": ["w", 0]}),
        "t": ("Show", {"value": ["x", 0]}),
    }
    assert texts(house, form) == []


def test_lists_are_made_joined_counted_and_picked_from(house: House):
    form: Form = {
        "r": ("IntegerRange", {"start": 5, "count": 3, "step": 2}),
        "n": ("Number", {"value": 1}),
        "l": ("MakeList", {"a": ["r", 0], "b": ["n", 0]}),
        "c": ("ListLength", {"items": ["l", 0]}),
        "p": ("ListItem", {"items": ["l", 0], "index": -2}),
        "j": ("MakeList", {"a": ["l", 0], "b": ["c", 0], "c": ["p", 0]}),
        "s": ("Show", {"value": ["j", 0]}),
    }
    assert texts(house, form) == ["5", "7", "9", "1", "4", "9"]


def summing(**end: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Adds the numbers 1 … 4 up, round by round."""
    return {
        "r": ("IntegerRange", {"start": 1, "count": 4, "step": 1}),
        "zero": ("Number", {"value": 0}),
        "a": ("LoopStart", {"rounds": 1, "items": ["r", 0], "value": ["zero", 0]}),
        "add": ("Add", {"a": ["a", 3], "b": ["a", 2]}),
        "z": ("LoopEnd", {"loop": ["a", 0], "value": ["add", 0], **end}),
        "s": ("Show", {"value": ["z", 0]}),
    }


def test_a_loop_accumulates_over_the_items_of_a_list(house: House):
    assert texts(house, summing()) == ["10"]


def test_what_is_collected_comes_out_as_a_list(house: House):
    form = {**summing(collect=["add", 0]), "s": ("Calls", {"a": ["z", 1]})}
    assert texts(house, form) == ["0:1", "1:3", "2:6", "3:10"]


def test_a_loop_goes_round_as_often_as_it_is_told(house: House):
    form: Form = {
        "a": ("LoopStart", {"rounds": 5}),
        "twice": ("Pair", {"a": ["a", 1]}),
        "z": ("LoopEnd", {"loop": ["a", 0], "collect": ["twice", 1]}),
        "s": ("Show", {"value": ["z", 1]}),
    }
    assert texts(house, form) == ["0", "2", "4", "6", "8"]


def test_a_false_makes_the_round_the_last_one(house: House):
    form = summing(go_on=["less", 0], collect=["a", 1])
    form["less"] = ("Switch", {"on": True, "on_true": ["short", 0]})
    form["short"] = ("Less", {"a": ["add", 0], "b": 6})
    house_less = House(house.folders.data.parent / "less", ALL.joined(Registry.of([less_than()])))
    form["t"] = ("Show", {"value": ["z", 1]})
    assert texts(house_less, form) == ["6"]
    assert house_less.shown["t"]["text"] == ["0", "1", "2"]


def less_than() -> Any:
    from graph_engine.spec.sdk import node
    from tests.unit.graph_engine.sample_nodes import Number

    @node(id="Less", title="Less", category="test")
    def less(a: Number, b: int = 0) -> bool:
        return a < b

    return less


def test_an_output_inside_a_loop_shows_every_round_on_its_own_node(house: House):
    form = {**summing(), "inside": ("Show", {"value": ["add", 0]})}
    assert texts(house, form) == ["10"]
    told = [(e.place.display if e.place else e.node, e.ui["text"]) for e in house.of("node.finished") if e.ui]
    assert sorted(told) == [("inside", ["1"]), ("inside", ["10"]), ("inside", ["3"]), ("inside", ["6"]), ("s", ["10"])]


def test_an_empty_list_means_no_round(house: House):
    form = summing(collect=["add", 0])
    form["r"] = ("IntegerRange", {"start": 1, "count": 0, "step": 1})
    form["inside"] = ("Show", {"value": ["add", 0]})
    assert texts(house, form) == ["0"]
    assert set(house.shown) == {"s"}


def test_loops_nest(house: House):
    form: Form = {
        "a": ("LoopStart", {"rounds": 3}),
        "b": ("LoopStart", {"rounds": 2, "value": ["a", 1]}),
        "j": ("Join", {"a": ["b", 3], "b": ["b", 1]}),
        "y": ("LoopEnd", {"loop": ["b", 0], "collect": ["j", 0]}),
        "z": ("LoopEnd", {"loop": ["a", 0], "collect": ["y", 1]}),
        "s": ("Show", {"value": ["z", 1]}),
    }
    assert texts(house, form) == ["0", "1", "1000", "1001", "2000", "2001"]


def test_a_longer_loop_runs_only_its_new_rounds(tmp_path: Path):
    house = House(tmp_path, ALL)
    house.run(summing())
    assert house.run(summing()) == "succeeded"
    assert house.ran == ["z"]
    form = summing()
    form["r"] = ("IntegerRange", {"start": 1, "count": 5, "step": 1})
    assert texts(house, form) == ["15"]


def test_an_end_without_its_start_says_so(house: House):
    form: Form = {"a": ("LoopStart", {"rounds": 1}), "z": ("LoopEnd", {"loop": "a"}), "n": ("Number", {"value": 1})}
    assert house.run(form) == "failed"


def test_ten_thousand_rounds_run_in_linear_time(tmp_path: Path):
    house = House(tmp_path, ALL)
    seconds: list[float] = []
    for rounds in (1_000, 10_000):
        form: Form = {
            "zero": ("Number", {"value": 0}),
            "a": ("LoopStart", {"rounds": rounds, "value": ["zero", 0]}),
            "add": ("Add", {"a": ["a", 3], "b": 1}),
            "z": ("LoopEnd", {"loop": ["a", 0], "value": ["add", 0]}),
            "s": ("Show", {"value": ["z", 0]}),
        }
        started = time.process_time()
        assert texts(house, form) == [str(rounds)]
        seconds.append(time.process_time() - started)
    assert seconds[1] < 30 * max(seconds[0], 0.02)
