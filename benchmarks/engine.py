"""What the engine itself costs: chains, grids, fan-outs and diamonds of trivial nodes, run and run again cached.

    python -m benchmarks.engine [largest size]

Prints a table (µs of processor time a node, best of three, events on) and, for each shape, the exponent of a fit
time ~ nodes^x; then what a chain costs through a worker process, by the clock from the request to the last event.
"""

import argparse
import asyncio
import gc
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from graph_engine.cache.policy import CachePolicy
from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.memory.none import NoDeviceMemory
from graph_engine.run.build import build_surroundings
from graph_engine.run.events import Event
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from graph_engine.run.worker_client import WorkerExecutor
from graph_engine.run.worker_settings import WorkerSettings
from graph_engine.spec.sdk import NodeResult, Registry, Socket, node
from graph_engine.validate.validate import validate

Number = Annotated[int, Socket("INT")]
Form = dict[str, dict[str, Any]]


@node(id="Number", title="Number", category="benchmark")
def number(value: int = 1) -> int:
    return value


@node(id="Add", title="Add", category="benchmark")
def add(a: Number, b: Number | None = None) -> int:
    return (a + (b or 1)) % 1_000_003


@node(id="Show", title="Show", category="benchmark", is_output=True)
def show(value: Annotated[Any, Socket("*")]) -> NodeResult:
    return NodeResult(ui={"text": [str(value)]})


REGISTRY = Registry.of([number, add, show])


def _node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def chain(size: int) -> Form:
    form = {"0": _node("Number", value=1)}
    form |= {str(index): _node("Add", a=[str(index - 1), 0]) for index in range(1, size - 1)}
    return form | {"end": _node("Show", value=[str(size - 2), 0])}


def grid(size: int) -> Form:
    side = math.isqrt(size)
    form: Form = {}
    for row in range(side):
        for column in range(side):
            name = f"{row}.{column}"
            if row == 0 and column == 0:
                form[name] = _node("Number", value=1)
            elif row == 0 or column == 0:
                form[name] = _node("Add", a=[f"{row}.{column - 1}" if row == 0 else f"{row - 1}.{column}", 0])
            else:
                form[name] = _node("Add", a=[f"{row - 1}.{column}", 0], b=[f"{row}.{column - 1}", 0])
    return form | {"end": _node("Show", value=[f"{side - 1}.{side - 1}", 0])}


def fan_out(size: int) -> Form:
    form = {"0": _node("Number", value=1)}
    return form | {str(index): _node("Show", value=["0", 0]) for index in range(1, size)}


def diamonds(size: int) -> Form:
    form = {"0": _node("Number", value=1)}
    tip = "0"
    for index in range(size // 3):
        left, right, tip_next = f"l{index}", f"r{index}", f"t{index}"
        form[left] = _node("Add", a=[tip, 0])
        form[right] = _node("Add", a=[tip, 0], b=["0", 0])
        form[tip_next] = _node("Add", a=[left, 0], b=[right, 0])
        tip = tip_next
    return form | {"end": _node("Show", value=[tip, 0])}


SHAPES: dict[str, Callable[[int], Form]] = {"chain": chain, "grid": grid, "fan-out": fan_out, "diamonds": diamonds}


def measure(form: Form, folder: Path) -> tuple[float, float, float]:
    """Processor seconds to read and validate, to run, and to run again with everything cached; best of three."""
    validated, ran, cached = math.inf, math.inf, math.inf
    for _ in range(3):
        gc.collect()
        policy = CachePolicy(budget_bytes=1 << 30)
        surroundings = build_surroundings(REGISTRY, Folders(folder), NoDeviceMemory(), policy=policy)
        runner = InProcessRunner(surroundings)
        events: list[Event] = []
        started = time.process_time()
        graph, _ = graph_from_json(form)
        assert not validate(graph, REGISTRY.catalogue()).problems
        validated = min(validated, time.process_time() - started)
        for cold in (True, False):
            started = time.process_time()
            outcome = runner.run(RunRequest(job_id="job", graph=graph), events.append)
            seconds = time.process_time() - started
            assert outcome == "succeeded"
            if cold:
                ran = min(ran, seconds)
            else:
                cached = min(cached, seconds)
    return validated, ran, cached


def registry() -> Registry:
    """The registry that the worker loads."""
    return REGISTRY


async def measure_wire(form: Form, folder: Path) -> tuple[float, float]:
    """Seconds through a worker process: a first run, and a run with everything cached; best of three of each."""
    graph, _ = graph_from_json(form)
    folders = Folders(folder)
    ran, cached = math.inf, math.inf
    worker = WorkerExecutor(WorkerSettings(registry="benchmarks.engine:registry", folders=folders, device="none"))
    await worker.catalogue()
    for _ in range(3):
        await worker.free(weights=False, outputs=True)
        await asyncio.sleep(0.2)
        for cold in (True, False):
            started = time.perf_counter()
            async for _event in worker.run(RunRequest(job_id="job", graph=graph)):
                pass
            seconds = time.perf_counter() - started
            ran, cached = (min(ran, seconds), cached) if cold else (ran, min(cached, seconds))
    await worker.close()
    return ran, cached


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """The slope of a straight line through log(seconds) over log(sizes), by least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - middle_x) ** 2 for x in xs)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the engine's own cost.")
    parser.add_argument("largest", nargs="?", type=int, default=10_000)
    largest = parser.parse_args().largest
    wanted = [size for size in (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000) if size <= largest]
    print("| shape | nodes | validate µs/node | run µs/node | cached µs/node |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for shape, build in SHAPES.items():
            sizes: list[int] = []
            columns: list[tuple[float, float, float]] = []
            for size in wanted:
                form = build(size)
                sizes.append(len(form))
                columns.append(measure(form, Path(folder)))
                row = " | ".join(f"{second / len(form) * 1e6:.1f}" for second in columns[-1])
                print(f"| {shape} | {len(form)} | {row} |", flush=True)
            fits = " | ".join(f"{exponent(sizes, [row[index] for row in columns]):.2f}" for index in range(3))
            print(f"| {shape} | exponent | {fits} |", flush=True)
        print("\n| over the wire | nodes | run µs/node | cached µs/node |\n|---|---:|---:|---:|")
        for size in wanted:
            ran, cached = asyncio.run(measure_wire(chain(size), Path(folder)))
            print(f"| chain | {size} | {ran / size * 1e6:.1f} | {cached / size * 1e6:.1f} |", flush=True)


if __name__ == "__main__":
    main()
