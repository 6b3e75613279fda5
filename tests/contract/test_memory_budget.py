"""The budget is kept, measured from outside: how far a worker's peak resident memory rises over what it was at rest."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from diffusion.networks.unet import UNet, UNetConfig
from graph_engine.files.folders import Folders
from graph_engine.run.events import JobFinished
from graph_engine.run.worker_client import WorkerExecutor
from graph_engine.run.worker_settings import WorkerSettings
from tests.random_checkpoint import manifest_shapes, write_random_checkpoint
from tests.unit.graph_engine.harness import Form, request

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MB = 1_000_000
UNET = "model.diffusion_model."


Start = Callable[..., WorkerExecutor]


@pytest.fixture
async def workers() -> AsyncIterator[Start]:
    """Makes workers and closes them in the end."""
    made: list[WorkerExecutor] = []

    def make(folder: Path, **options: Any) -> WorkerExecutor:
        made.append(WorkerExecutor(settings(folder, **options)))
        return made[-1]

    yield make
    for worker in made:
        await worker.close()


def kilobytes(pid: int, line: str) -> int:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(item for item in text.splitlines() if item.startswith(line)).split()[1])


def settings(folder: Path, **options: Any) -> WorkerSettings:
    folders = Folders(folder / "data", (folder / "models",))
    folders.create()
    (folder / "models" / "checkpoints").mkdir(parents=True, exist_ok=True)
    return WorkerSettings(registry="tests.contract.guided_step:build", folders=folders, device="cpu", **options)


async def run(worker: WorkerExecutor, form: Form) -> list[Any]:
    events = [event async for event in worker.run(request(form))]
    finished = events[-1]
    assert isinstance(finished, JobFinished)
    assert finished.outcome == "succeeded", finished.problems
    return events


async def growth(folder: Path, name: str, budget: int, side: int, working: int) -> float:
    """MB that the worker's peak rises in one guided step of 8·``side`` pixels; and says how long the step took."""
    worker = WorkerExecutor(settings(folder, memory_budget=budget))
    try:
        await run(worker, {"w": ("Warm", {})})
        pid = worker.status().pid
        assert pid is not None
        await asyncio.sleep(1.5)
        before = kilobytes(pid, "VmHWM")
        started = time.monotonic()
        events = await run(worker, {"s": ("GuidedStep", {"name": name, "side": side, "working": working, "calls": 1})})
        seconds = time.monotonic() - started
        assert [event.ui["text"][1] for event in events if event.type == "node.finished"] == [True]
        after, rest = kilobytes(pid, "VmHWM"), kilobytes(pid, "VmRSS")
        print(
            f"{name}: idle {before * 1.024e-3:.0f} MB, peak +{(after - before) * 1.024e-3:.0f} MB, "
            f"at rest +{(rest - before) * 1.024e-3:.0f} MB, budget {budget / MB:.0f} MB, {seconds:.1f} s"
        )
        return (after - before) * 1.024e-3
    finally:
        await worker.close()


def small_checkpoint(folder: Path) -> int:
    """A UNet of 140 million weights; gives its bytes in single precision."""
    with torch.device("meta"):
        network = UNet(UNetConfig(model_channels=128, level_channels=(128, 256, 512, 512)))
    shapes = {UNET + name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    settings(folder)
    write_random_checkpoint(folder / "models" / "checkpoints" / "small.safetensors", shapes)
    return sum(4 * torch.Size(shape).numel() for shape in shapes.values())


def resident(pid: int | None) -> float:
    assert pid is not None
    return kilobytes(pid, "VmRSS") * 1024


async def settled(pid: int | None, below: float) -> float:
    """The worker's resident memory once it is ``below``, or after thirty seconds."""
    for _ in range(300):
        if resident(pid) < below:
            break
        await asyncio.sleep(0.1)
    return resident(pid)


async def test_a_network_of_twice_the_budget_computes_within_it(tmp_path: Path):
    budget = small_checkpoint(tmp_path) // 2
    assert await growth(tmp_path, "small.safetensors", budget, side=16, working=40 * MB) * MB <= budget


STEP: Form = {"s": ("GuidedStep", {"name": "small.safetensors", "side": 16, "working": 40 * MB, "calls": 1})}


async def test_memory_is_accounted_for_and_goes_back_to_the_system_on_request(tmp_path: Path, workers: Start):
    whole = small_checkpoint(tmp_path)
    worker = workers(tmp_path)
    await run(worker, {"w": ("Warm", {})})
    pid = worker.status().pid
    before = resident(pid)
    await run(worker, STEP)
    (place,) = await worker.memory()
    (holder,) = place["holders"]
    assert (holder["kind"], holder["name"], holder["nodes"]) == ("weights", "small.safetensors, unet", ["s"])
    assert (holder["bytes"], holder["residency"], holder["in_use"]) == (whole, "full", False)
    assert place["held"] == whole
    assert place["peak"] == whole + 40 * MB
    assert resident(pid) - before > 0.8 * whole
    await worker.free(weights=True, outputs=True)
    assert await settled(pid, before + 0.2 * whole) - before < 0.2 * whole
    assert (await worker.memory())[0]["holders"] == []


async def test_the_question_who_holds_what_is_answered_while_a_node_computes(tmp_path: Path, workers: Start):
    small_checkpoint(tmp_path)
    worker = workers(tmp_path, residency="streamed")
    places: list[Any] = []
    kinds, inputs = STEP["s"]
    async for event in worker.run(request({"s": (kinds, {**inputs, "calls": 10_000})})):
        if event.type == "node.progress" and event.value > 0 and not places:
            places = await worker.memory()  # nothing, where the worker does not answer in time
            await worker.cancel("job")
    (holder,) = places[0]["holders"]
    assert (holder["residency"], holder["in_use"]) == ("streamed", True)
    assert holder["bytes"] < 0.1 * holder["full_bytes"]
    assert places[0]["working"] > 40 * MB


async def test_a_cancelled_job_leaves_no_buffers_behind(tmp_path: Path, workers: Start):
    whole = small_checkpoint(tmp_path)
    worker = workers(tmp_path, residency="streamed", kill_after=20.0)
    await run(worker, {"w": ("Warm", {})})
    pid = worker.status().pid
    before = resident(pid)
    kinds, inputs = STEP["s"]
    async for event in worker.run(request({"s": (kinds, {**inputs, "side": 64, "calls": 10_000})})):
        if event.type == "node.progress" and event.value > 0:
            await worker.cancel("job")
    assert await settled(pid, before + 0.2 * whole) - before < 0.2 * whole
    assert worker.status().restarts == 0


async def test_models_go_when_nobody_has_used_them_for_a_while(tmp_path: Path, workers: Start):
    small_checkpoint(tmp_path)
    worker = workers(tmp_path, idle_unload=1.0)
    await run(worker, STEP)
    for _ in range(300):
        places = await worker.memory()
        if places and not places[0]["holders"]:
            break
        await asyncio.sleep(0.1)
    assert places[0]["holders"] == []


@pytest.mark.large
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("manifest", "limit", "side"), [("sd15_full", 700, 64), ("sdxl_base", 1200, 64), ("sdxl_base", 1200, 128)]
)
async def test_a_full_size_network_takes_a_guided_step_within_its_budget(
    manifest: str, limit: int, side: int, tmp_path: Path
):
    settings(tmp_path)
    path = tmp_path / "models" / "checkpoints" / "full.safetensors"
    shapes = {key: shape for key, shape in manifest_shapes(manifest).items() if key.startswith(UNET)}
    write_random_checkpoint(path, shapes)
    print(f"{manifest}: {path.stat().st_size / 1e9:.2f} GB")
    try:
        assert await growth(tmp_path, path.name, limit * MB, side, working=350 * MB) <= limit
    finally:
        path.unlink()
