"""The budget is kept, measured from outside: how far a worker's peak resident memory rises over what it was at rest."""

import asyncio
import sys
import time
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


async def test_a_network_of_twice_the_budget_computes_within_it(tmp_path: Path):
    with torch.device("meta"):
        network = UNet(UNetConfig(model_channels=128, level_channels=(128, 256, 512, 512)))
    shapes = {UNET + name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    settings(tmp_path)
    whole = sum(4 * torch.Size(shape).numel() for shape in shapes.values())
    write_random_checkpoint(tmp_path / "models" / "checkpoints" / "small.safetensors", shapes)
    budget = whole // 2
    assert await growth(tmp_path, "small.safetensors", budget, side=16, working=40 * MB) * MB <= budget


@pytest.mark.large
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
