"""Graphs of a pack's nodes sent to a server, and what it tells of them."""

import json
import uuid
from typing import Any

import websocket

from tests.contract.conftest import Studio


def graph(**nodes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {name.lstrip("n"): {"class_type": kind, "inputs": inputs} for name, (kind, inputs) in nodes.items()}


def shown(studio: Studio, node: tuple[str, dict[str, Any]], slot: int = 0, **more: Any) -> str:
    """What comes out of a node, as a text."""
    return run(studio, graph(n1=node, n99=("Show", {"thing": ["1", slot]}), **more))["outputs"]["99"]["text"][0]


def run(studio: Studio, prompt: Any, **more: Any) -> Any:
    """Run over ComfyUI's routes; the history entry."""
    answer = studio.post("/prompt", {"prompt": prompt, **more})
    assert answer.status == 200, answer.body
    job_id = answer.json["prompt_id"]
    studio.wait(job_id)
    return studio.get(f"/history/{job_id}").json[job_id]


def watched(studio: Studio, prompt: Any, client: str | None = None) -> tuple[list[Any], list[bytes]]:
    """The messages of a job, from its submission to its end."""
    client = client or str(uuid.uuid4())
    socket = websocket.create_connection(f"ws://127.0.0.1:{studio.port}/ws?clientId={client}", timeout=20)
    json.loads(socket.recv())
    socket.send(json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}}))
    answer = studio.post("/prompt", {"prompt": prompt, "client_id": client}).json
    texts: list[Any] = []
    frames: list[bytes] = []
    while True:
        out = socket.recv()
        if isinstance(out, bytes):
            frames.append(out)
            continue
        message = json.loads(out)
        texts.append(message)
        data = message["data"]
        if message["type"] == "executing" and data["node"] is None and data["prompt_id"] == answer["prompt_id"]:
            socket.close()
            return texts, frames


def of_kind(texts: list[Any], kind: str) -> list[Any]:
    return [item["data"] for item in texts if item["type"] == kind]


def unique() -> str:
    return uuid.uuid4().hex


def refused(studio: Studio, node: tuple[str, dict[str, Any]], **more: Any) -> Any:
    prompt = graph(n1=node, n99=("Show", {"thing": ["1", 0]}), **more)
    answer = studio.post("/prompt", {"prompt": prompt})
    assert answer.status == 400
    assert answer.json["error"]["type"] == "prompt_outputs_failed_validation"
    found = answer.json["node_errors"]["1"]
    assert found["dependent_outputs"] == ["99"] and found["class_type"] == node[0]
    return found["errors"]
