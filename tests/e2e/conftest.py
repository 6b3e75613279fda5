"""One real server with its worker and the starter model, shared by every browser test."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Studio:
    """A running server: its address, its data folder and the folder where page scripts leave pictures."""

    url: str
    data: Path
    pictures: Path
    chromium: str

    def get(self, path: str) -> dict:
        """The JSON at ``path``."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser. Missing is a failure, not a skip: `make test` installs it."""
    found = os.environ.get("NOISELOOM_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found, "no Chromium: run `make install-dev`, or name one in NOISELOOM_CHROMIUM"
    return found


@contextmanager
def running(data: Path, pictures: Path, chromium: str) -> Iterator[Studio]:
    """Start `python main.py` on a free port with this data folder; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (data / "stdout.txt").open("wb")
    command = [sys.executable, "main.py", "--port", str(port), "--data-dir", str(data), "--disable-auto-launch"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    server = Studio(f"http://127.0.0.1:{port}", data, pictures, chromium)
    try:
        _wait_for_worker(server, process, data / "stdout.txt")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Studio]:
    """A server with an empty data folder."""
    with running(tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("pictures"), chromium) as server:
        yield server


def drive(script: Path, studio: Studio) -> str:
    """Run a page script; returns what it printed."""
    environment = {
        **os.environ,
        "NOISELOOM_URL": studio.url,
        "NOISELOOM_CHROMIUM": studio.chromium,
        "NOISELOOM_PICTURES": str(studio.pictures),
        "NOISELOOM_DATA": str(studio.data),
    }
    result = subprocess.run(
        ["node", "--test", str(script)], cwd=ROOT / "web/client", env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, f"{script.name}\n{result.stdout[-6000:]}\n{result.stderr[-2000:]}"
    return result.stdout


def _wait_for_worker(server: Studio, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server stopped:\n{log.read_text()[-4000:]}"
        try:
            if server.get("/api/v1/system")["worker"]["state"] == "ready":
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"the worker was not ready within 120 s:\n{log.read_text()[-4000:]}")
