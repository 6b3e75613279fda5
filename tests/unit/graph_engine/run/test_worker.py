import asyncio
import gc
import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
import warnings
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from graph_engine.files.folders import Folders
from graph_engine.run.event_stream import PROGRESS_INTERVAL
from graph_engine.run.events import Event, JobFinished
from graph_engine.run.executor import ExecutorStatus
from graph_engine.run.worker_client import WorkerExecutor
from graph_engine.run.worker_settings import WorkerSettings
from graph_engine.spec.json import catalogue_revision
from graph_engine.validate.problem import ProblemError
from tests.unit.graph_engine.harness import Form, request

ROOT = Path(__file__).parents[4]
REGISTRY = "tests.unit.graph_engine.run.worker_nodes:build"


def settings(folder: Path, **options: Any) -> WorkerSettings:
    folders = Folders(folder / "data", (folder / "models",))
    folders.create()
    return WorkerSettings(**{"registry": REGISTRY, "folders": folders, "device": "none", "kill_after": 20.0, **options})


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[WorkerExecutor]:
    executor = WorkerExecutor(settings(tmp_path))
    await executor.start()
    yield executor
    await executor.close()


async def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for what must come, however busy the machine is."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.05)


async def told(worker: WorkerExecutor, form: Form, **options: Any) -> list[Event]:
    return [event async for event in worker.run(request(form, **options))]


def end(events: list[Event]) -> JobFinished:
    finished = [event for event in events if isinstance(event, JobFinished)]
    assert len(finished) == 1
    assert events[-1] is finished[0]
    return finished[0]


HELLO: Form = {"n": ("Number", {"value": 2}), "s": ("Show", {"value": ["n", 0]})}


async def test_a_job_runs_and_its_events_arrive_in_order(worker: WorkerExecutor):
    events = await told(worker, HELLO)
    assert [event.type for event in events] == [
        "job.started",
        "nodes.cached",
        *["node.started", "node.finished"] * 2,
        "job.finished",
    ]
    assert end(events).outcome == "succeeded"
    again = await told(worker, HELLO)
    assert [event.type for event in again] == ["job.started", "nodes.cached", "node.finished", "job.finished"]


async def test_the_worker_reports_its_catalogue_and_imports_no_torch(worker: WorkerExecutor):
    catalogue = await worker.catalogue()
    assert "Sleep" in catalogue
    assert worker.revision == catalogue_revision(catalogue)
    assert worker.status().state == "ready"
    (shown,) = [
        event.ui["text"] for event in await told(worker, {"m": ("Modules", {})}) if event.type == "node.finished"
    ]
    assert "torch" not in shown


async def test_cancellation_takes_effect_between_two_steps(worker: WorkerExecutor):
    events: list[Event] = []
    async for event in worker.run(request({"s": ("Sleep", {"steps": 1000, "seconds": 0.02})})):
        if event.type == "node.progress" and not any(event.type == "node.progress" for event in events):
            assert await worker.cancel("job")
        events.append(event)
    assert end(events).outcome == "cancelled"
    assert end(events).problems == ()
    assert max(event.value for event in events if event.type == "node.progress") < 1000
    assert worker.status().restarts == 0
    assert not await worker.cancel("job")


async def test_a_job_that_comes_while_the_worker_starts_anew_waits_for_the_next_one(worker: WorkerExecutor):
    await worker.catalogue()
    restarting = asyncio.create_task(worker.restart())
    await asyncio.sleep(0)
    assert end(await told(worker, HELLO)).outcome == "succeeded"
    assert await restarting
    assert worker.status().restarts == 0


async def test_progress_is_thinned_and_its_last_word_arrives(worker: WorkerExecutor):
    events = await told(worker, {"s": ("Sleep", {"steps": 500, "seconds": 0.001})})
    progress = [event for event in events if event.type == "node.progress"]
    (finished,) = [event for event in events if event.type == "node.finished"]
    assert len(progress) <= finished.seconds / PROGRESS_INTERVAL + 2
    assert progress[-1].value == 500
    assert [event.value for event in progress] == sorted(event.value for event in progress)
    assert any(event.type == "node.preview" and event.data == b"x" * 100 for event in events)


async def test_a_node_that_ignores_cancellation_is_ended_and_the_next_job_runs(tmp_path: Path):
    worker = WorkerExecutor(settings(tmp_path, kill_after=0.5))
    events: list[Event] = []
    async for event in worker.run(request({"d": ("Deaf", {"seconds": 30})})):
        events.append(event)
        if event.type == "node.started":
            await worker.cancel("job")
    assert end(events).outcome == "cancelled"
    assert [item.code for item in end(events).problems] == ["worker.silent"]
    assert end(await told(worker, HELLO)).outcome == "succeeded"
    assert worker.status().restarts == 1
    await worker.close()


@pytest.mark.parametrize(("node", "how"), [("Exit", "exit code 3"), ("Kill", "signal SIGKILL")])
async def test_a_worker_that_dies_loses_one_job_and_the_next_one_runs(worker: WorkerExecutor, node: str, how: str):
    lost = end(await told(worker, {"x": (node, {"code": 3} if node == "Exit" else {})}))
    assert lost.outcome == "lost"
    assert lost.problems[0].code == "worker.died"
    assert how in lost.problems[0].message
    assert end(await told(worker, HELLO)).outcome == "succeeded"


async def test_a_worker_killed_while_idle_comes_back(worker: WorkerExecutor):
    await told(worker, HELLO)
    pid = worker.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert end(await told(worker, HELLO)).outcome in ("succeeded", "lost")
    assert end(await told(worker, HELLO)).outcome == "succeeded"
    assert worker.status().pid != pid


async def test_a_job_cancelled_while_the_worker_starts_never_runs(tmp_path: Path):
    executor = WorkerExecutor(settings(tmp_path))
    running = asyncio.ensure_future(told(executor, HELLO))
    await asyncio.sleep(0.05)
    assert await executor.cancel("job")
    events = await running
    assert [event.type for event in events] == ["job.finished"]
    assert end(events).outcome == "cancelled"
    await executor.close()


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.4])
def test_a_worker_that_is_closed_while_it_starts_leaves_nothing_open(tmp_path: Path, seconds: float):
    async def start_and_close() -> WorkerExecutor:
        executor = WorkerExecutor(settings(tmp_path))
        await executor.start()
        await asyncio.sleep(seconds)
        await executor.close()
        return executor

    with warnings.catch_warnings(record=True) as told_open:
        warnings.simplefilter("always", ResourceWarning)
        assert asyncio.run(start_and_close()).status().pid is None
        gc.collect()
    assert [str(warning.message) for warning in told_open] == []


async def test_a_registry_that_fails_makes_the_worker_faulty_with_the_reason(tmp_path: Path):
    states: list[ExecutorStatus] = []
    broken = settings(tmp_path, registry=REGISTRY.replace("build", "broken"), restart_window=0.5)
    executor = WorkerExecutor(broken, on_change=states.append)
    finished = end(await told(executor, HELLO))
    assert finished.outcome == "failed"
    assert finished.problems[0].code == "worker.faulty"
    assert "broken on purpose" in finished.problems[0].message
    with pytest.raises(ProblemError, match="broken on purpose"):
        await executor.catalogue()
    assert states[-1].state == "faulty"
    tries = executor.status().restarts
    await asyncio.sleep(0.6)
    assert end(await told(executor, HELLO)).outcome == "failed"
    assert executor.status().restarts > tries
    await executor.close()


async def test_too_many_deaths_in_a_row_are_not_chased(tmp_path: Path):
    executor = WorkerExecutor(settings(tmp_path, restarts=1))
    assert end(await told(executor, {"x": ("Exit", {"code": 1})})).outcome == "lost"
    assert end(await told(executor, {"x": ("Exit", {"code": 1})})).outcome == "lost"
    refused = end(await told(executor, HELLO))
    assert (refused.outcome, refused.problems[0].code) == ("failed", "worker.faulty")
    await executor.close()


async def test_what_the_worker_prints_reaches_the_log_in_bounded_lines(
    worker: WorkerExecutor, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO, "noiseloom.worker"):
        assert end(await told(worker, {"t": ("Talk", {"lines": 2000})})).outcome == "succeeded"
        # What it prints and what it logs come by two ways, and neither is the way of its events.
        await until(lambda: any(record.getMessage() == "end of speech" for record in caplog.records))
        await until(lambda: any("job job succeeded" in record.getMessage() for record in caplog.records))
    told_lines = [record.getMessage() for record in caplog.records]
    assert "said 1999" in told_lines
    assert max(map(len, told_lines)) <= 4000


async def test_the_worker_warms_up_in_the_background_and_survives_a_failure_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO, "noiseloom.worker"):
        executor = WorkerExecutor(settings(tmp_path))
        assert end(await told(executor, HELLO)).outcome == "succeeded"
        await until(lambda: "too cold" in caplog.text and "warming up" in caplog.text)
        await executor.close()


async def test_an_abandoned_job_is_stopped_and_does_not_disturb_the_next(worker: WorkerExecutor):
    stream = worker.run(request({"s": ("Sleep", {"steps": 1000, "seconds": 0.02})}))
    async for event in stream:
        if event.type == "node.progress":
            break
    await stream.aclose()  # type: ignore[attr-defined]
    assert end(await told(worker, HELLO)).outcome == "succeeded"
    assert worker.status().restarts == 0


async def test_values_that_the_wire_does_not_know_travel_as_text(worker: WorkerExecutor):
    events = await told(worker, {"o": ("Odd", {"value": {"__value__": [1, 10**25]}})})
    (shown,) = [event.ui["text"] for event in events if event.type == "node.finished"]
    assert shown == [str(10**30), "<class 'list'>"]


async def test_freeing_outputs_makes_the_next_run_start_over(worker: WorkerExecutor):
    await told(worker, HELLO)
    await worker.free(weights=True, outputs=True)
    deadline = time.monotonic() + 30
    while not any(event.type == "node.started" for event in await told(worker, HELLO)):
        assert time.monotonic() < deadline, "the cache was never dropped"
        await worker.free(weights=True, outputs=True)
        await asyncio.sleep(0.05)


async def test_a_chain_of_ten_thousand_crosses_the_wire(worker: WorkerExecutor):
    form: dict[str, tuple[str, dict[str, Any]]] = {"0": ("Number", {"value": 1})}
    for index in range(1, 10_000):
        form[str(index)] = ("Add", {"a": [str(index - 1), 0], "b": 1})
    await worker.catalogue()
    started = time.perf_counter()
    events = await told(worker, {**form, "s": ("Show", {"value": ["9999", 0]})})
    seconds = time.perf_counter() - started
    assert end(events).outcome == "succeeded"
    assert len(events) == 4 + 2 * 10_001 - 1
    assert seconds < 15


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_the_worker_inherits_nothing_of_the_server(worker: WorkerExecutor, tmp_path: Path):
    secret = tmp_path / "server.db"
    with secret.open("wb") as file:
        os.set_inheritable(file.fileno(), True)
        executor = WorkerExecutor(settings(tmp_path))
        events = await told(executor, {"d": ("Descriptors", {})})
        await executor.close()
    (links,) = [event.ui["text"] for event in events if event.type == "node.finished"]
    assert not any("server.db" in link for link in links)
    assert sum(link.startswith("socket:") for link in links) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("node", ["Sleep", "Deaf"])
def test_the_worker_ends_when_the_server_is_killed(tmp_path: Path, node: str):
    program = textwrap.dedent(f"""
        import asyncio, os, sys
        from pathlib import Path
        from tests.unit.graph_engine.harness import request
        from tests.unit.graph_engine.run.test_worker import settings
        from graph_engine.run.worker_client import WorkerExecutor

        async def main():
            worker = WorkerExecutor(settings(Path({str(tmp_path)!r})))
            form = {{"s": ("Sleep", {{"steps": 1000, "seconds": 1.0}})}}
            if {node!r} == "Deaf":
                form = {{"s": ("Deaf", {{"seconds": 30}})}}
            async for event in worker.run(request(form)):
                if event.type == "node.started":
                    print(worker.status().pid, flush=True)

        asyncio.run(main())
    """)
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        server.kill()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the worker outlived its server")


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
async def test_a_worker_that_hangs_is_ended_and_its_job_told_so(tmp_path: Path):
    executor = WorkerExecutor(settings(tmp_path, hung_after=2.5))
    events: list[Event] = []
    async for event in executor.run(request({"s": ("Sleep", {"steps": 1000, "seconds": 0.05})})):
        events.append(event)
        if event.type == "node.progress" and len(events) < 6:
            pid = executor.status().pid
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)
    assert end(events).outcome == "lost"
    assert "no sign of life for 2.5 seconds" in end(events).problems[0].message
    assert end(await told(executor, HELLO)).outcome == "succeeded"
    await executor.close()


async def test_a_worker_that_computes_for_long_is_left_alone(tmp_path: Path):
    executor = WorkerExecutor(settings(tmp_path, hung_after=2.5))
    assert end(await told(executor, {"d": ("Deaf", {"seconds": 4.0})})).outcome == "succeeded"
    assert executor.status().restarts == 0
    await executor.close()


async def test_closing_ends_a_running_job_within_seconds(tmp_path: Path):
    executor = WorkerExecutor(settings(tmp_path))
    running = asyncio.ensure_future(told(executor, {"d": ("Deaf", {"seconds": 30})}))
    await executor.catalogue()
    await asyncio.sleep(0.3)
    started = time.monotonic()
    await executor.close()
    finished = end(await running)
    assert (finished.outcome, finished.problems[0].code) == ("lost", "worker.closed")
    assert time.monotonic() - started < 5
    assert executor.status().state == "stopped"


async def test_freeing_outputs_also_lets_go_of_what_nodes_keep(worker: WorkerExecutor):
    async def count() -> str:
        events = await told(worker, {"c": ("Counter", {})})
        (shown,) = [event.ui["text"] for event in events if event.type == "node.finished"]
        return shown[0]

    assert [await count(), await count()] == ["1", "2"]
    await worker.free(weights=False, outputs=True)
    assert await worker.memory() == []  # it takes what it is told in order
    assert await count() == "1"
