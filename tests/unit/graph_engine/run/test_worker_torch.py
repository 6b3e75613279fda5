from pathlib import Path

from graph_engine.run.worker_client import WorkerExecutor
from tests.unit.graph_engine.harness import request
from tests.unit.graph_engine.run.test_worker import end, settings, told, until


async def test_a_worker_with_a_device_leases_networks_tells_their_bytes_and_stops_between_calls(tmp_path: Path):
    worker = WorkerExecutor(settings(tmp_path, registry="tests.unit.graph_engine.run.torch_nodes:build", device="cpu"))
    events = await told(worker, {"n": ("Network", {"calls": 1})})
    assert end(events).outcome == "succeeded"
    assert [event.ui["text"] for event in events if event.type == "node.finished"] == [[5.0, True]]
    assert worker.status().device == "cpu"
    assert "torch" in worker.status().versions
    await until(lambda: worker.status().device_memory_held >= 5 * 4)
    events = []
    async for event in worker.run(request({"n": ("Network", {"calls": 100_000_000})})):
        events.append(event)
        if event.type == "node.progress":
            await worker.cancel("job")
    assert end(events).outcome == "cancelled"
    assert worker.status().restarts == 0
    await worker.free(weights=True, outputs=True)
    await until(lambda: worker.status().device_memory_held == 0)
    await worker.close()
