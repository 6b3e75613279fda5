"""What the engine itself costs: chains, grids, fan-outs and diamonds of trivial nodes, run and run again cached.

    python -m benchmarks.engine [largest size]

Prints a table (µs of processor time a node, events on; the least of three, of one above 50,000 nodes) with, for each
shape, the exponent of a least-squares fit time ~ nodes^x; then what a chain costs by the clock through a worker
process, and through the whole server: from the request to the last event on its event socket, each event stored on
the way.
"""

import argparse
import asyncio
import gc
import math
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.engine_graphs import REGISTRY, SHAPES, Form, chain
from benchmarks.server import client, ends, server
from graph_engine.cache.key import KeyMaker
from graph_engine.cache.policy import CachePolicy
from graph_engine.document.graph import Graph
from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.files.node_files import JailedFiles
from graph_engine.jobs.job import Job, JobContent
from graph_engine.memory.none import NoDeviceMemory
from graph_engine.plan.agenda import Agenda
from graph_engine.plan.face import Faces
from graph_engine.plan.order import run_order
from graph_engine.run.build import build_surroundings
from graph_engine.run.collector import SparedCollector
from graph_engine.run.events import Event, event_from_json, event_to_json
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from graph_engine.run.wire import pack, unpack
from graph_engine.run.worker_client import WorkerExecutor
from graph_engine.run.worker_settings import WorkerSettings
from graph_engine.validate.validate import validate
from web.server.events.hub import KEPT, EventHub
from web.server.persistence.database import Database
from web.server.persistence.event_store import DatabaseEventStore
from web.server.run_record import RunRecord

NODES = "benchmarks.engine_graphs:registry"
REPEATS = 3
LARGE = 50_000
"""Graphs above this size are measured once."""
COLUMNS = ("read", "validate", "plan", "keys", "run", "cached", "events", "history")
"""Reading JSON; validation with the order it finds; which nodes must run; content keys; a whole run and one with all
cached, in which the middle three are; the run's events to the server's end of the wire; and into and out of SQLite."""

ResultT = TypeVar("ResultT")


class Clock:
    """The least processor time that each step took so far."""

    def __init__(self) -> None:
        self.best: dict[str, float] = dict.fromkeys(COLUMNS, math.inf)

    def time(self, name: str, work: Callable[[], ResultT]) -> ResultT:
        """Do ``work``, and note how long it took."""
        started = time.process_time()
        result = work()
        self.note(name, time.process_time() - started)
        return result

    def note(self, name: str, seconds: float) -> None:
        """A step took ``seconds``."""
        self.best[name] = min(self.best[name], seconds)


def measure(form: Form, folder: Path) -> list[float]:
    """Processor seconds of each of COLUMNS."""
    clock = Clock()
    for _ in range(REPEATS if len(form) <= LARGE else 1):
        gc.collect()
        surroundings = build_surroundings(
            REGISTRY, Folders(folder), NoDeviceMemory(), policy=CachePolicy(budget_bytes=1 << 30)
        )
        runner = InProcessRunner(surroundings)
        graph = clock.time("read", lambda: graph_from_json(form)[0])
        with SparedCollector(len(graph.nodes)):  # as in a run
            _measure_steps(clock, graph)
        events: list[Event] = []
        for step in ("run", "cached"):
            request = RunRequest(job_id="job", graph=graph)
            told: list[Event] = []
            assert clock.time(step, lambda: runner.run(request, told.append)) == "succeeded"  # noqa: B023
            events = events or told
        assert clock.time("events", lambda: _over_the_wire(events)) == len(events)  # noqa: B023
        with tempfile.TemporaryDirectory() as data:
            clock.note("history", asyncio.run(_through_history(events, Path(data))))
    return list(clock.best.values())


def _measure_steps(clock: Clock, graph: Graph) -> None:
    checked = clock.time("validate", lambda: validate(graph, REGISTRY.catalogue()))
    assert not checked.problems
    keys: dict[str, bytes] = {}
    maker = KeyMaker(REGISTRY.types, lambda _widget, _name: None, JailedFiles(Folders(Path())))
    clock.time("keys", lambda: maker.add_keys(checked.graph.nodes, checked.order, keys))
    assert len(keys) == len(graph.nodes)

    def plan() -> None:
        agenda = Agenda(Faces(REGISTRY.types), lambda _step: None)
        agenda.set_graph(checked.graph.nodes, keys, run_order(checked.graph, checked.runnable))
        agenda.demand([agenda.step(root) for root in checked.runnable])

    clock.time("plan", plan)


def _over_the_wire(events: Sequence[Event]) -> int:
    """How many came; like the server, it keeps none."""
    arrived = 0
    for start in range(0, len(events), 500):
        frame = pack({"type": "events", "events": [event_to_json(event) for event in events[start : start + 500]]})
        arrived += len([event_from_json(item) for item in unpack(frame[4:])["events"]])
    return arrived


async def _through_history(events: Sequence[Event], data: Path) -> float:
    """Processor seconds, of the database's thread too, to publish, store and read back what a job told."""
    database = Database(data)
    database.open()
    await database.ready()
    hub = EventHub(DatabaseEventStore(database), 1 << 20)
    await hub.begin()
    job = Job(id="job", number=1, position=1.0, title="", state="running", created=0.0)
    run = RunRecord(job, JobContent(graph={}))
    started = time.process_time()
    for index, event in enumerate(events[-KEPT:]):  # more than the server keeps would be pruned under way
        hub.publish(job.id, run.note(event))
        if index % 500 == 499:  # as batches come in; the hub stores four times a second
            await asyncio.sleep(0)
    after, seen = 0, 0
    while page := await hub.of_job(job.id, after, 1000):
        after, seen = page[-1].seq, seen + len(page)
    seconds = time.process_time() - started
    assert seen == min(len(events), KEPT)
    await hub.close()
    await database.close()
    return seconds


async def through_a_worker(form: Form, folder: Path) -> tuple[float, float]:
    """Seconds by the clock: a first run, and a run with everything cached."""
    graph, _ = graph_from_json(form)
    ran, cached = math.inf, math.inf
    worker = WorkerExecutor(WorkerSettings(registry=NODES, folders=Folders(folder), device="none"))
    await worker.catalogue()
    for _ in range(REPEATS):
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


async def through_the_server(form: Form, url: str) -> tuple[float, float]:
    """Seconds by the clock from ``POST /api/v1/jobs`` to the job's last event: a first run, and one all cached."""
    ran, cached = math.inf, math.inf
    async with client(url) as at:
        await at.ready()
        for repeat in range(REPEATS):
            form["0"]["inputs"]["value"] = repeat + 2  # all that hangs on it is made anew
            for cold in (True, False):
                job, begun = str(uuid.uuid4()), asyncio.Event()
                waiting = asyncio.create_task(ends(at, {job}, begun))
                await begun.wait()
                started = time.perf_counter()
                await at.post("/api/v1/jobs", {"graph": form, "id": job})
                await waiting
                seconds = time.perf_counter() - started
                ran, cached = (min(ran, seconds), cached) if cold else (ran, min(cached, seconds))
    return ran, cached


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of a straight line through log(seconds) over log(sizes), by least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - middle_x) ** 2 for x in xs)


def row(*cells: Any) -> None:
    """Print a line of a table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def print_shapes(wanted: Sequence[int], folder: Path) -> None:
    """The table of the engine in one process."""
    row("shape", "nodes", *COLUMNS)
    row("---", *["---:"] * (1 + len(COLUMNS)))
    for shape, build in SHAPES.items():
        sizes: list[int] = []
        measured: list[list[float]] = []
        for size in wanted:
            form = build(size)
            sizes.append(len(form))
            measured.append(measure(form, folder))
            row(shape, f"{len(form):,}", *(f"{seconds / len(form) * 1e6:.1f}" for seconds in measured[-1]))
        if len(sizes) > 1:
            columns = zip(*measured, strict=True)
            row(shape, "exponent", *(f"{exponent(sizes, list(column)):.2f}" for column in columns))


def print_wires(wanted: Sequence[int], folder: Path) -> None:
    """The table of chains through processes."""
    row("chain of", "worker, run", "worker, cached", "server, run", "server, cached")
    row(*["---:"] * 5)
    with server(folder / "server", "--node-registry", NODES, "--device", "none") as (url, _):
        for size in wanted:
            form = chain(size)
            seconds = asyncio.run(through_a_worker(form, folder)) + asyncio.run(through_the_server(form, url))
            row(f"{size:,}", *(f"{item / size * 1e6:.0f}" for item in seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("largest", nargs="?", type=int, default=10_000)
    largest = parser.parse_args().largest
    wanted = [size for size in (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000) if size <= largest]
    print(f"µs a node; load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory() as folder:
        print_shapes(wanted, Path(folder))
        print()
        print_wires([size for size in wanted if size <= 10_000], Path(folder))


if __name__ == "__main__":
    main()
