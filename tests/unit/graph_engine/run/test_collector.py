"""What a large graph costs Python's collector of circular garbage."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_engine.run.collector import SparedCollector
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    gc.enable()
    gc.unfreeze()


def chain(size: int) -> Form:
    form: Form = {"0": ("Number", {"value": 1})}
    form |= {str(index): ("Add", {"a": [str(index - 1), 0], "b": 1}) for index in range(1, size - 1)}
    return form | {"end": ("Show", {"value": [str(size - 2), 0]})}


def test_a_large_graph_is_planned_without_the_collector_and_its_plan_is_not_looked_at_while_it_runs():
    with SparedCollector(5000) as collector:
        assert not gc.isenabled()
        collector.planned()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_plan_that_fails_leaves_the_collector_as_it_was():
    with pytest.raises(KeyError), SparedCollector(5000):
        raise KeyError
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_small_graph_and_a_process_with_its_own_ideas_are_left_alone():
    with SparedCollector(10) as collector:
        collector.planned()
        assert gc.isenabled()
        assert gc.get_freeze_count() == 0
    gc.disable()
    with SparedCollector(5000) as collector:
        collector.planned()
    assert not gc.isenabled()
    gc.enable()
    gc.freeze()
    with SparedCollector(5000) as collector:
        collector.planned()
    assert gc.get_freeze_count() > 0


def test_a_job_leaves_no_circles_that_grow_with_its_graph(tmp_path: Path):
    house = House(tmp_path, REGISTRY)
    left: list[int] = []
    for size in (50, 3000):
        gc.collect()
        gc.disable()
        assert house.run(chain(size)) == "succeeded"
        house.events.clear()
        left.append(gc.collect())
        gc.enable()
    assert left[1] <= left[0] + 100
