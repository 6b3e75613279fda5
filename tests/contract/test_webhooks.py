"""Webhooks: told from the disk, signed, tried again, and never sent where they must not go."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import Studio, picture_graph, slow_graph, start_studio

SECRET = "a secret of sixteen"


class Receiver:
    """An HTTP server that answers with the codes it is given, then 204."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), body))
                code, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def wait(self, count: int, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while len(self.got) < count:
            assert time.monotonic() < deadline, f"{len(self.got)} of {count} webhooks came"
            time.sleep(0.02)

    def jobs(self) -> list[Any]:
        return [json.loads(body)["job"] for _, _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A server that may tell addresses inside."""
    folder = tmp_path_factory.mktemp("telling")
    (folder / "secret").write_text(SECRET)
    started = start_studio(folder, "--webhook-allow", "127.0.0.1", "--webhook-secret-file", str(folder / "secret"))
    yield started
    assert started.stop() == 0


def test_a_webhook_is_told_how_the_job_ended_and_signed(telling: Studio, receiver: Receiver) -> None:
    job = telling.run(picture_graph(colour=3), webhook=f"{receiver.url}/done", title="Red")
    receiver.wait(1)
    path, headers, body = receiver.got[0]
    told = json.loads(body)
    assert path == "/done" and told["event"] == "job.finished"
    assert (told["job"]["id"], told["job"]["state"], told["job"]["title"]) == (job["id"], "succeeded", "Red")
    assert told["job"]["outputs"]["2"]["images"][0]["url"] == job["outputs"]["2"]["images"][0]["url"]
    signed = headers["X-Noiseloom-Timestamp"].encode() + b"." + body
    assert headers["X-Noiseloom-Signature"] == "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


def test_a_job_that_fails_or_is_cancelled_tells_that_too(telling: Studio, receiver: Receiver) -> None:
    job = telling.submit(slow_graph(steps=2000), webhook=receiver.url)
    telling.wait(job["id"], {"running"})
    telling.post(f"/api/v1/jobs/{job['id']}/cancel")
    receiver.wait(1)
    assert receiver.jobs()[0]["state"] == "cancelled"


def test_an_answer_that_is_no_success_is_tried_again(telling: Studio, receiver: Receiver) -> None:
    receiver.answers = [(500, {})]
    telling.run(picture_graph(colour=4), webhook=receiver.url)
    receiver.wait(2, seconds=30)
    assert receiver.jobs()[0]["id"] == receiver.jobs()[1]["id"]
    assert receiver.got[0][1]["X-Noiseloom-Delivery"] == receiver.got[1][1]["X-Noiseloom-Delivery"]


def test_a_redirect_is_not_followed(telling: Studio, receiver: Receiver) -> None:
    other = Receiver()
    receiver.answers = [(307, {"Location": f"{other.url}/stolen"})]
    telling.run(picture_graph(colour=5), webhook=receiver.url)
    receiver.wait(2, seconds=30)
    assert other.got == []
    other.server.shutdown()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "http://localhost/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://2130706433/x",
        "http://0/x",
        "http://10.0.0.1/x",
        "http://user:word@example.com/x",
    ],
)
def test_addresses_inside_are_refused(studio: Studio, url: str) -> None:
    answer = studio.post("/api/v1/jobs", {"graph": picture_graph(), "webhook": url})
    assert answer.status == 422 and answer.json["problems"][0]["code"] == "webhook.refused"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.com/", "nothing"])
def test_only_http_is_told(studio: Studio, url: str) -> None:
    assert studio.post("/api/v1/jobs", {"graph": picture_graph(), "webhook": url}).status == 422


def test_a_servers_own_webhook_hears_of_every_job_even_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answers = [(503, {})]
    options = ("--webhook", receiver.url, "--webhook-allow", "127.0.0.1")
    first = start_studio(tmp_path, *options)
    job = first.run(picture_graph(colour=6))
    receiver.wait(1)
    time.sleep(0.2)
    assert first.stop() == 0
    second = start_studio(tmp_path, *options, wait=False)
    try:
        receiver.wait(2)
        assert [item["id"] for item in receiver.jobs()] == [job["id"], job["id"]]
    finally:
        assert second.stop() == 0
