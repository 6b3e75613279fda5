"""One real server with its worker (and nodes without torch), shared by every contract test."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = "tests.contract.plain_nodes:build"
FINAL = {"succeeded", "failed", "cancelled", "lost"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Studio:
    """A running server."""

    url: str
    data: Path
    models: Path
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data, named, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.headers, refused.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.ask("POST", path, body, **headers)

    def submit(self, graph: Any, **more: Any) -> Any:
        answer = self.post("/api/v1/jobs", {"graph": graph, **more})
        assert answer.status == 202, answer.body
        return answer.json

    def wait(self, job_id: str, states: set[str] = FINAL, seconds: float = 30) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job = self.get(f"/api/v1/jobs/{job_id}").json
            if job["state"] in states:
                return job
            time.sleep(0.02)
        raise AssertionError(f"job {job_id} is still {job['state']} after {seconds} s")

    def run(self, graph: Any, **more: Any) -> Any:
        return self.wait(self.submit(graph, **more)["id"])

    def wait_for_worker(self, seconds: float = 30) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.output.read_text()
            try:
                worker = self.get("/api/v1/system").json["worker"]
                if worker["state"] in ("ready", "busy") and self.get("/api/v1/node-types").json["source"] == "worker":
                    return worker
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.05)
        raise AssertionError("the worker was not ready:\n" + self.output.read_text())

    def stop(self, how: int = signal.SIGTERM, seconds: float = 12) -> int:
        self.process.send_signal(how)
        return self.process.wait(seconds)


def start_studio(folder: Path, *options: str, data: Path | None = None, wait: bool = True) -> Studio:
    """Start `python main.py` on a free port."""
    data = data or folder / "data"
    models = folder / "models"
    (models / "checkpoints").mkdir(parents=True, exist_ok=True)
    (models / "embeddings").mkdir(exist_ok=True)
    output = folder / f"output-{uuid.uuid4().hex[:6]}.txt"
    command = [sys.executable, "main.py", "--port", "0", "--data-dir", str(data), "--models-dir", str(models)]
    command += ["--disable-auto-launch", "--node-registry", REGISTRY, "--device", "none", *options]
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=os.environ)
    deadline = time.monotonic() + 30
    while "Noiseloom is at " not in output.read_text():
        assert process.poll() is None and time.monotonic() < deadline, output.read_text()
        time.sleep(0.01)
    url = output.read_text().split("Noiseloom is at ")[1].split()[0]
    studio = Studio(url, data, models, process, output)
    if wait:
        studio.wait_for_worker()
    return studio


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The shared server."""
    started = start_studio(tmp_path_factory.mktemp("studio"))
    yield started
    assert started.stop() == 0, started.output.read_text()[-3000:]


def picture_graph(*, colour: int = 0xFF0000, node: str = "SaveImage", **more: Any) -> Any:
    """EmptyImage → an output node."""
    inputs = {"images": ["1", 0], **({"filename_prefix": "noiseloom"} if node == "SaveImage" else {}), **more}
    return {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 32, "height": 16, "batch_size": 1, "color": colour}},
        "2": {"class_type": node, "inputs": inputs},
    }


def slow_graph(steps: int = 200, seconds: float = 0.05, seed: Any = 1) -> Any:
    """A job that takes ``steps × seconds``."""
    return {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 32, "height": 32, "batch_size": 1, "color": 255}},
        "2": {"class_type": "Sampler", "inputs": {"image": ["1", 0], "seed": seed, "steps": steps, "seconds": seconds,
                                               "method": "euler", "note": ""}},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
    }
