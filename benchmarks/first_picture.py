"""How long a person waits: from launch to the first page, to a ready worker, to the first picture, and for the next.

    python -m benchmarks.first_picture [--runs 3]

Starts the real server on an empty data folder with the starter model, several times, and prints the medians.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180.0


def ask(url: str, body: Any = None) -> Any:
    """GET, or POST of JSON; the answer's JSON, or its text."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} if data else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
        return json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text


def until(condition: Any) -> None:
    """Wait until ``condition()`` is true; connection errors count as not yet."""
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        try:
            if condition():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.01)
    raise SystemExit("This took more than three minutes; giving up.")


def picture(url: str, document: dict[str, Any], seed: int) -> float:
    """Seconds from submitting the first workflow with this seed to its end."""
    for node in document["nodes"]:
        if "seed" in node["widgets"]:
            node["widgets"]["seed"] = str(seed)
    start = time.perf_counter()
    job = ask(f"{url}/api/v1/jobs", {"workflow": document})["id"]
    until(lambda: ask(f"{url}/api/v1/jobs/{job}")["state"] not in ("queued", "running"))
    state = ask(f"{url}/api/v1/jobs/{job}")
    if state["state"] != "succeeded":
        raise SystemExit(f"The job ended as {state['state']}: {state['problems']}")
    return time.perf_counter() - start


def once() -> dict[str, float]:
    """One launch, measured."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "main.py", "--port", str(port), "--data-dir", data, "--disable-auto-launch"]
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(lambda: ask(url) is not None)
            page = time.perf_counter() - start
            until(lambda: ask(f"{url}/api/v1/system")["worker"]["state"] == "ready")
            ready = time.perf_counter() - start
            document = ask(f"{url}/api/v1/templates/text-to-image")
            picture(url, document, 1)
            first = time.perf_counter() - start
            warm = statistics.median(picture(url, document, seed) for seed in (2, 3, 4))
        finally:
            process.terminate()
            process.wait(20)
    return {"first page": page, "worker ready": ready, "first picture": first, "each further picture": warm}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    runs = [once() for _ in range(parser.parse_args().runs)]
    print("| seconds | median | best | worst |\n| --- | ---: | ---: | ---: |")
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} | {max(values):.2f} |")


if __name__ == "__main__":
    main()
