import os
import socket
import threading
import time

import pytest

from graph_engine.run.event_stream import EventStream
from graph_engine.run.events import JobFinished, NodeProgress, NodeStarted
from graph_engine.run.wire import FRAME_LIMIT, BlockingChannel, WireError, pack, unpack
from graph_engine.run.worker_channels import adopt_channels, offer_channels


def test_a_message_survives_the_wire():
    message = {"type": "x", "data": b"\x00\xff", "seed": 2**64 - 1, "text": "é\ud800", "list": [1.5, None, True]}
    assert unpack(pack(message)[4:]) == message


def test_what_is_too_large_or_endless_is_refused():
    endless: dict[str, object] = {}
    endless["self"] = endless
    for message in (endless, {"data": b"x" * (FRAME_LIMIT + 1)}):
        with pytest.raises(WireError):
            pack(message)


def test_a_claim_of_a_huge_message_and_noise_are_refused():
    for noise in (b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xc1", b"\x00\x00\x00\x01\x01"):
        here, there = socket.socketpair()
        with here, there:
            there.sendall(noise)
            with pytest.raises(WireError):
                BlockingChannel(here).receive()


def test_a_closed_channel_gives_nothing_also_in_the_middle_of_a_message():
    for part in (b"", b"\x00\x00", b"\x00\x00\x00\x09abc"):
        here, there = socket.socketpair()
        with here:
            there.sendall(part)
            there.close()
            assert BlockingChannel(here).receive() is None


def test_channels_over_loopback_let_only_the_worker_in(monkeypatch: pytest.MonkeyPatch):
    offered = offer_channels(inherit=False)
    stranger = socket.create_connection(("127.0.0.1", int(offered.argument.removeprefix("port:"))))
    stranger.sendall(b"x" * 65)
    for name, value in offered.environment.items():
        monkeypatch.setenv(name, value)
    adopted: list[socket.socket] = []
    worker = threading.Thread(target=lambda: adopted.extend(adopt_channels(offered.argument)))
    worker.start()
    work, control = offered.accept()
    worker.join()
    assert not any(name in os.environ for name in offered.environment)
    BlockingChannel(adopted[0]).send({"from": "work"})
    BlockingChannel(adopted[1]).send({"from": "control"})
    assert BlockingChannel(work).receive() == {"from": "work"}
    assert BlockingChannel(control).receive() == {"from": "control"}
    for sock in (*adopted, work, control, stranger):
        sock.close()


def test_the_stream_keeps_order_and_only_the_latest_progress():
    messages: list[dict[str, object]] = []
    gate = threading.Event()

    def send(message: dict[str, object]) -> None:
        gate.wait()
        messages.append(message)

    stream = EventStream(send, interval=10)
    stream.emit("j", NodeStarted(node="a"))
    time.sleep(0.05)
    for value in range(100):
        stream.emit("j", NodeProgress(node="a", value=value, total=100))
    stream.emit("j", NodeStarted(node="b"))
    stream.emit("k", JobFinished(outcome="succeeded"))
    gate.set()
    stream.close()
    told = [(message["job_id"], event) for message in messages for event in message["events"]]  # type: ignore[attr-defined]
    assert [(job, event["type"], event.get("node"), event.get("value")) for job, event in told] == [
        ("j", "node.started", "a", None),
        ("j", "node.progress", "a", 99),
        ("j", "node.started", "b", None),
        ("k", "job.finished", None, None),
    ]


def test_a_lone_progress_is_sent_without_waiting_for_another_event():
    messages: list[dict[str, object]] = []
    stream = EventStream(messages.append, interval=0.02)
    for value in range(3):
        stream.emit("j", NodeProgress(node="a", value=value, total=100))
        end = time.monotonic() + 10
        while len(messages) <= value and time.monotonic() < end:
            time.sleep(0.005)
        assert len(messages) == value + 1
    stream.close()
