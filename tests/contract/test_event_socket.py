"""Our event socket, with a real WebSocket client."""

import json
from typing import Any

import websocket

from tests.contract.conftest import Studio, picture_graph, slow_graph


def connect(studio: Studio, query: str = "") -> websocket.WebSocket:
    return websocket.create_connection(f"ws://127.0.0.1:{studio.port}/api/v1/events{query}", timeout=20)


def read_until_finished(socket: websocket.WebSocket, job_id: str) -> tuple[list[Any], list[bytes]]:
    frames: list[Any] = []
    previews: list[bytes] = []
    while True:
        data = socket.recv()
        if isinstance(data, bytes):
            previews.append(data)
            continue
        frames.append(json.loads(data))
        if frames[-1].get("job_id") == job_id and frames[-1]["event"]["type"] == "job.finished":
            return frames, previews


def test_a_watcher_hears_hello_then_every_event_in_one_sequence(studio: Studio) -> None:
    socket = connect(studio)
    hello = json.loads(socket.recv())
    assert hello["type"] == "hello" and hello["seq"] > 0 and hello["worker"]["state"] == "ready"
    job = studio.submit(picture_graph(colour=4711))
    frames, _ = read_until_finished(socket, job["id"])
    sequence = [frame["seq"] for frame in frames]
    assert sequence == list(range(hello["seq"] + 1, hello["seq"] + 1 + len(sequence)))
    kinds = [frame["event"]["type"] for frame in frames if frame["job_id"] == job["id"]]
    assert kinds[0] == "job.queued" and kinds[1] == "job.started" and kinds[-1] == "job.finished"
    shown = next(frame["event"] for frame in frames if frame["event"].get("node") == "2" and "ui" in frame["event"])
    assert shown["ui"]["images"][0]["url"].startswith("/api/v1/files/output/")
    socket.close()


def test_when_the_end_is_told_the_job_is_at_its_end(studio: Studio) -> None:
    socket = connect(studio)
    job = studio.submit(picture_graph(colour=4712))
    read_until_finished(socket, job["id"])
    assert studio.get(f"/api/v1/jobs/{job['id']}").json["state"] == "succeeded"
    socket.close()


def test_a_watcher_may_ask_for_fewer_previews_or_none(studio: Studio) -> None:
    sockets = [connect(studio, query) for query in ("", "?previews=fewer", "?previews=none")]
    job = studio.submit(slow_graph(steps=20, seconds=0.05))
    every, fewer, none = [read_until_finished(socket, job["id"])[1] for socket in sockets]
    assert len(every) > len(fewer) == 1 and none == []
    for socket in sockets:
        socket.close()
    assert studio.get("/api/v1/events?previews=some").status == 400


def test_previews_come_as_binary_frames_with_a_json_header(studio: Studio) -> None:
    socket = connect(studio)
    job = studio.submit(slow_graph(steps=10, seconds=0.05))
    _, previews = read_until_finished(socket, job["id"])
    assert previews
    length = int.from_bytes(previews[-1][:4], "big")
    header = json.loads(previews[-1][4 : 4 + length])
    assert header["type"] == "node.preview" and header["job_id"] == job["id"] and header["node"] == "2"
    assert header["media_type"] == "image/jpeg" and previews[-1][4 + length :].startswith(b"\xff\xd8\xff")
    socket.close()


def test_a_watcher_that_comes_back_gets_what_it_missed_once(studio: Studio) -> None:
    socket = connect(studio)
    seen = json.loads(socket.recv())["seq"]
    socket.close()
    job = studio.run(picture_graph(colour=4713))
    socket = connect(studio, f"?after={seen}")
    hello = json.loads(socket.recv())
    missed = [json.loads(socket.recv()) for _ in range(3)]
    assert hello["seq"] > seen and [frame["seq"] for frame in missed] == [seen + 1, seen + 2, seen + 3]
    frames, _ = read_until_finished(socket, job["id"])
    sequence = [frame["seq"] for frame in [*missed, *frames]]
    assert sequence == sorted(set(sequence))
    socket.close()


def test_an_odd_after_is_refused_before_the_upgrade(studio: Studio) -> None:
    for after in ("x", "-1", "1" * 30):
        assert studio.get(f"/api/v1/events?after={after}").status == 400


def test_a_socket_that_sends_too_much_is_closed(studio: Studio) -> None:
    socket = connect(studio)
    socket.recv()
    socket.send("x" * 100_000)
    frame = socket.recv_frame()
    while frame.opcode != websocket.ABNF.OPCODE_CLOSE:
        frame = socket.recv_frame()
    assert int.from_bytes(frame.data[:2], "big") == 1009
