"""What the server costs: submits, small jobs, pages of a long history, many watchers, and answers while it paints.

    python -m benchmarks.server [--jobs 300] [--history 100000] [--watchers 200] [--seconds 10] [--paint]

Starts the real server on empty folders. Small jobs run nodes without torch, so that the figures are the server's own;
with ``--paint`` the answers under way are timed while the starter model paints instead of while a node sleeps in steps.
"""

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psutil
from aiohttp import ClientSession, TCPConnector
from sqlalchemy import insert

from web.server.persistence.opening import open_database
from web.server.persistence.tables import job_contents, job_texts, jobs

ROOT = Path(__file__).resolve().parent.parent
PLAIN = ("--node-registry", "tests.contract.plain_nodes:build", "--device", "none")
PEER = {"submits a second": "850", "small jobs a second": "294", "small job, median ms": "3.3"}
"""ComfyUI (October 2025), recorded on another day on two quiet cores of the same kind of machine."""

Rows = list[tuple[str, str]]


@contextlib.contextmanager
def server(data: Path, *options: str) -> Iterator[tuple[str, psutil.Process]]:
    """A running server: its address and its process."""
    command = [sys.executable, "main.py", "--port", "0", "--disable-auto-launch", "--data-dir", str(data), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ)
    assert process.stdout is not None
    try:
        url = next(line.decode().split()[-1] for line in process.stdout if b"Noiseloom is at" in line)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def small(colour: int) -> dict[str, Any]:
    return {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 16, "height": 16, "batch_size": 1, "color": colour}},
        "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
    }


def slow(steps: int) -> dict[str, Any]:
    inputs = {"image": ["1", 0], "seed": 1, "steps": steps, "seconds": 0.05, "method": "euler", "note": ""}
    return {
        "1": small(7)["1"],
        "2": {"class_type": "Sampler", "inputs": inputs},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
    }


class Client:
    """One keep-alive connection and the event socket."""

    def __init__(self, url: str, session: ClientSession) -> None:
        self.url, self.session = url, session

    async def get(self, path: str) -> Any:
        """The JSON there."""
        async with self.session.get(self.url + path) as answer:
            return await answer.json()

    async def post(self, path: str, body: Any = None) -> Any:
        """The JSON of the answer, which must be a success."""
        async with self.session.post(self.url + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def ready(self) -> None:
        """Wait for the worker."""
        while (await self.get("/api/v1/system"))["worker"]["state"] != "ready":
            await asyncio.sleep(0.05)

    async def watch(self) -> AsyncIterator[Any]:
        """Text frames of the event socket."""
        async with self.session.ws_connect(f"{self.url}/api/v1/events") as socket:
            async for message in socket:
                if isinstance(message.data, str):
                    yield json.loads(message.data)


@contextlib.asynccontextmanager
async def client(url: str) -> AsyncIterator[Client]:
    async with ClientSession(connector=TCPConnector(limit=0)) as session:
        yield Client(url, session)


async def ends(at: Client, wanted: set[str], begun: asyncio.Event) -> None:
    """Return when every wanted job is over."""
    async for told in at.watch():
        begun.set()
        if told.get("event", {}).get("type") == "job.finished":
            wanted.discard(told["job_id"])
            if not wanted:
                return


async def throughput(url: str, process: psutil.Process, count: int) -> Rows:
    async with client(url) as at:
        await at.ready()
        tiny: list[float] = []
        for index in range(50):
            begin = time.perf_counter()
            ids, begun = {str(uuid.uuid4())}, asyncio.Event()
            waiting = asyncio.create_task(ends(at, set(ids), begun))
            await begun.wait()
            begin = time.perf_counter()
            await at.post("/api/v1/jobs", {"graph": small(index), "id": next(iter(ids))})
            await waiting
            tiny.append((time.perf_counter() - begin) * 1e3)
        names, begun = [str(uuid.uuid4()) for _ in range(count)], asyncio.Event()
        waiting = asyncio.create_task(ends(at, set(names), begun))
        await begun.wait()
        used, begin = sum(process.cpu_times()[:2]), time.perf_counter()
        waits: list[float] = []
        for index, name in enumerate(names):
            start = time.perf_counter()
            await at.post("/api/v1/jobs", {"graph": small(1000 + index), "id": name})
            waits.append((time.perf_counter() - start) * 1e3)
        submitted = time.perf_counter() - begin
        await waiting
        done, used = time.perf_counter() - begin, sum(process.cpu_times()[:2]) - used
    return [
        ("small job, median ms", f"{statistics.median(tiny):.1f}"),
        ("submits a second", f"{count / submitted:.0f}"),
        ("submit p99 ms, while jobs run", f"{p99(waits):.1f}"),
        ("small jobs a second", f"{count / done:.0f}"),
        ("server's processor time a small job, ms", f"{used / count * 1e3:.1f}"),
    ]


async def under_way(url: str, seconds: float, graph: Any) -> Rows:
    """Answers of ``GET /api/v1/jobs`` while a job runs."""
    async with client(url) as at:
        await at.ready()
        job = (await at.post("/api/v1/jobs", graph))["id"]
        while (await at.get(f"/api/v1/jobs/{job}"))["state"] != "running":
            await asyncio.sleep(0.05)
        waits: list[float] = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            begin = time.perf_counter()
            await at.get("/api/v1/jobs?limit=50")
            waits.append((time.perf_counter() - begin) * 1e3)
            await asyncio.sleep(0.02)
        await at.post("/api/v1/jobs/cancel-all")
    waits.sort()
    return [("GET /api/v1/jobs while a job runs, p50 / p99 ms", f"{waits[len(waits) // 2]:.1f} / {p99(waits):.1f}")]


async def watched(url: str, watchers: int, seconds: float) -> Rows:
    """How much of what happens reaches everyone, and how soon."""
    async with client(url) as at:
        await at.ready()
        late: list[float] = []
        heard = [0] * watchers

        async def watch(index: int) -> None:
            async for told in at.watch():
                if told.get("event", {}).get("type") == "node.progress":
                    heard[index] += 1
                    late.append((time.time() - told["time"]) * 1e3)

        tasks = [asyncio.create_task(watch(index)) for index in range(watchers)]
        await asyncio.sleep(2)
        await at.post("/api/v1/jobs", {"graph": slow(int(seconds / 0.05))})
        await asyncio.sleep(seconds + 1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [
        (f"{watchers} watchers: progress events each heard, fewest / most", f"{min(heard)} / {max(heard)}"),
        (f"{watchers} watchers: delay p50 / p99 ms", f"{statistics.median(late):.1f} / {p99(late):.1f}"),
    ]


def seed_history(data: Path, count: int) -> None:
    """A database with ``count`` finished jobs."""
    data.mkdir(parents=True, exist_ok=True)
    opened = open_database(data)
    fixed = {"state": "succeeded", "title": "A lighthouse", "created": 1.0, "started": 1.0, "finished": 2.0}
    fixed |= {"node_count": 3, "outputs": "{}", "problems": "[]", "rank": 0, "deaths": 0}
    with opened.transaction(writes=True) as connection:
        span = range(1, count + 1)
        connection.execute(insert(jobs), [{**fixed, "number": n, "id": f"j{n}", "position": float(n)} for n in span])
        graph = json.dumps(small(1))
        connection.execute(insert(job_contents), [{"job_id": f"j{n}", "graph": graph, "extra": "{}"} for n in span])
        connection.execute(insert(job_texts), [{"number": n, "text": f"a lighthouse {n}"} for n in span])
    opened.close()


async def history(url: str, count: int) -> Rows:
    rows: Rows = []
    async with client(url) as at:
        await at.get("/api/v1/jobs?limit=1")
        for words, path in (
            ("first page", "/api/v1/jobs?limit=50"),
            ("middle page", f"/api/v1/jobs?limit=50&before={count // 2}&state=succeeded"),
            ("last page", "/api/v1/jobs?limit=50&before=60&state=succeeded"),
            ("page of a rare state", "/api/v1/jobs?limit=50&state=failed,lost"),
            ("search for a word that none has", "/api/v1/jobs?search=lighthouse+nowhere&limit=1"),
            ("ComfyUI's /history?max_items=50", "/history?max_items=50"),
        ):
            waits: list[float] = []
            for _ in range(30):
                begin = time.perf_counter()
                await at.get(path)
                waits.append((time.perf_counter() - begin) * 1e3)
            rows.append(
                (f"{count:,} jobs, {words}, p50 / p99 ms", f"{statistics.median(waits):.1f} / {p99(waits):.1f}")
            )
    return rows


def p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def print_table(rows: Rows) -> None:
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    print("| | Noiseloom | ComfyUI, recorded |\n|---|---:|---:|")
    for words, value in rows:
        print(f"| {words} | {value} | {PEER.get(words, '')} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--history", type=int, default=100_000)
    parser.add_argument("--watchers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--paint", action="store_true", help="time answers while the starter model paints")
    options = parser.parse_args()
    rows: Rows = []
    with tempfile.TemporaryDirectory() as folder:
        with server(Path(folder, "plain"), *PLAIN) as (url, process):
            rows += asyncio.run(throughput(url, process, options.jobs))
            if not options.paint:
                rows += asyncio.run(under_way(url, options.seconds, {"graph": slow(10_000)}))
            rows += asyncio.run(watched(url, options.watchers, options.seconds))
        if options.paint:
            document = json.loads((ROOT / "workflows" / "text-to-image.json").read_bytes())
            for node in document["nodes"]:
                node["widgets"] |= {"steps": 1000} if "steps" in node["widgets"] else {}
            with server(Path(folder, "paint"), "--cpu") as (url, _):
                rows += asyncio.run(under_way(url, options.seconds, {"workflow": document}))
        seed_history(Path(folder, "history"), options.history)
        with server(Path(folder, "history"), *PLAIN) as (url, _):
            rows += asyncio.run(history(url, options.history))
    print_table(rows)


if __name__ == "__main__":
    main()
