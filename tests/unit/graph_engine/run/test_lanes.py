import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph_engine.run.cancellation import CancelToken, check_cancelled, current_token
from graph_engine.run.in_process import InProcessRunner
from graph_engine.spec.sdk import NodeContext, NodeResult, Registry, node
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY, Number


@node(id="Write", title="Write", category="test", is_output=True, lane="io")
def write(ctx: NodeContext, a: Number) -> NodeResult:
    assert threading.current_thread() is not threading.main_thread()
    ctx.progress(1, 1)
    return NodeResult(ui={"text": [str(a)]})


@node(id="Read", title="Read", category="test", lane="io")
def read(value: int = 1) -> int:
    time.sleep(0.2)
    return value


@node(id="Fetch", title="Fetch", category="test")
async def fetch(ctx: NodeContext, a: Number, seconds: float = 0.2) -> int:
    ctx.progress(1, 2)
    await asyncio.sleep(seconds)
    if a == 13:
        raise ValueError("Nothing to fetch.")
    return a + 1


def meeting(count: int) -> Callable[..., Any]:
    """A node of which so many calls must be under way at once before any of them ends."""
    there: list[int] = []

    @node(id="Meet", title="Meet", category="test", keyed_by_id=True)
    async def meet(a: Number) -> int:
        there.append(a)
        async with asyncio.timeout(30):
            while len(there) < count:
                await asyncio.sleep(0.01)
        return a + 1

    return meet


@node(id="Work", title="Work", category="test")
def work(a: Number, seconds: float = 0.3) -> int:
    assert threading.current_thread() is threading.main_thread()
    time.sleep(seconds)
    return a


@node(id="Forever", title="Forever", category="test", is_output=True)
async def forever() -> NodeResult:
    await asyncio.sleep(60)
    return NodeResult()


@node(id="Patient", title="Patient", category="test", is_output=True, lane="io")
def patient() -> NodeResult:
    while True:
        time.sleep(0.005)
        check_cancelled()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, REGISTRY.joined(Registry.of([write, read, fetch, work, forever, patient, meeting(10)])))


def test_async_nodes_run_at_the_same_time(house: House):
    form: dict[str, Any] = {"n": ("Number", {"value": 1})}
    for index in range(10):
        form[f"f{index}"] = ("Meet", {"a": ["n", 0]})
        form[f"s{index}"] = ("Show", {"value": [f"f{index}", 0]})
    assert house.run(form) == "succeeded"
    assert len(house.shown) == 10


def test_the_items_of_a_list_are_awaited_together(tmp_path: Path):
    @node(id="Range", title="Range", category="test")
    def up_to(count: int = 10) -> list[int]:
        return [index + 20 for index in range(count)]

    house = House(tmp_path, REGISTRY.joined(Registry.of([up_to, meeting(10)])))
    form: Form = {
        "r": ("Range", {"count": 10}),
        "f": ("Meet", {"a": ["r", 0]}),
        "s": ("Show", {"value": ["f", 0]}),
    }
    assert house.run(form) == "succeeded"
    assert house.shown["s"]["text"] == [str(index + 21) for index in range(10)]


def test_files_are_read_and_written_while_the_device_works(house: House):
    form: Form = {
        "n": ("Number", {"value": 1}),
        "first": ("Work", {"a": ["n", 0], "seconds": 0.05}),
        "written": ("Write", {"a": ["first", 0]}),
        "r": ("Read", {"value": 3}),
        "late": ("Work", {"a": ["first", 0], "seconds": 1.5}),
        "both": ("Join", {"a": ["late", 0], "b": ["r", 0]}),
        "s": ("Show", {"value": ["both", 0]}),
    }
    assert house.run(form) == "succeeded"
    ended = [event.node for event in house.of("node.finished")]
    assert ended.index("written") < ended.index("late")
    assert ended.index("r") < ended.index("late")
    assert {event.node for event in house.of("node.progress")} == {"written"}


def test_a_chain_of_async_nodes_goes_on_while_the_device_is_busy(house: House):
    form: Form = {
        "n": ("Number", {"value": 1}),
        "f": ("Fetch", {"a": ["n", 0], "seconds": 0.02}),
        "g": ("Fetch", {"a": ["f", 0], "seconds": 0.02}),
        "w": ("Write", {"a": ["g", 0]}),
        "busy": ("Work", {"a": ["n", 0], "seconds": 1.5}),
        "s": ("Show", {"value": ["busy", 0]}),
    }
    assert house.run(form) == "succeeded"
    ended = [event.node for event in house.of("node.finished")]
    assert ended.index("w") < ended.index("busy")


def test_an_async_node_that_fails_takes_only_its_descendants_along(house: House):
    form: Form = {
        "n": ("Number", {"value": 13}),
        "f": ("Fetch", {"a": ["n", 0], "seconds": 0.01}),
        "s": ("Show", {"value": ["f", 0]}),
        "w": ("Write", {"a": ["n", 0]}),
    }
    assert house.run(form) == "failed"
    assert [event.node for event in house.of("node.failed")] == ["f"]
    assert set(house.shown) == {"w"}


@pytest.mark.parametrize("kind", ["Forever", "Patient"])
def test_cancellation_reaches_what_runs_beside_the_device(house: House, kind: str):
    token = CancelToken()
    threading.Timer(0.1, token.cancel).start()
    started = time.perf_counter()
    assert house.run({"f": (kind, {})}, token=token) == "cancelled"
    assert time.perf_counter() - started < 30
    assert house.events[-1].type == "job.finished"


def test_each_lane_enters_the_jobs_surroundings_and_knows_its_token(tmp_path: Path):
    entered: list[str] = []

    @contextmanager
    def around():
        entered.append(threading.current_thread().name.partition("_")[0])
        yield

    @node(id="Token", title="Token", category="test", is_output=True, lane="io")
    def with_token() -> NodeResult:
        return NodeResult(ui={"text": [str(current_token.get() is not None)]})

    house = House(tmp_path, REGISTRY.joined(Registry.of([fetch, with_token])))
    house.runner = InProcessRunner(replace(house.surroundings, around_job=around))
    form: Form = {
        "f": ("Fetch", {"a": ["n", 0], "seconds": 0.0}),
        "n": ("Number", {"value": 1}),
        "s": ("Show", {"value": ["f", 0]}),
        "t": ("Token", {}),
    }
    assert house.run(form) == "succeeded"
    assert house.shown["t"] == {"text": ["True"]}
    assert sorted(entered) == ["MainThread", "async", "writing"]


def test_writers_write_in_the_order_of_the_device(tmp_path: Path):
    @node(id="Save", title="Save", category="test", is_output=True, lane="io")
    def save(ctx: NodeContext, a: Number) -> NodeResult:
        time.sleep(0.01 / (a + 1))
        with ctx.files.reserve_output("x", ".txt") as file:
            file.write(str(a).encode())
            return NodeResult(ui={"images": [file.ui]})

    house = House(tmp_path, REGISTRY.joined(Registry.of([save])))
    form: dict[str, Any] = {}
    for index in range(8):
        form[f"n{index}"] = ("Number", {"value": index})
        form[f"s{index}"] = ("Save", {"a": [f"n{index}", 0]})
    assert house.run(form) == "succeeded"
    texts = [path.read_text() for path in sorted(house.folders.output.iterdir())]
    assert texts == [str(index) for index in range(8)]
