"""ComfyUI's WebSocket messages, made from our events. Written from the description of its interface."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_engine.run.events import OWNER
from web.server.events.record import EventRecord, PreviewFrame

Message = tuple[str, dict[str, Any]]

STATE_SECONDS = 0.1
"""``progress_state`` names every node begun, so it is sent ten times a second at most …"""
STATE_NODES = 10_000
"""… and less often where it names many: so many nodes a second, or a large job would be told at quadratic cost."""
PICTURES = "pictures"
"""No message of ComfyUI's: files to send as binary frames at this place among the messages."""
PREVIEW, PREVIEW_WITH_METADATA = 1, 4
FORMATS = {"image/jpeg": 1, "image/png": 2}


@dataclass
class _JobState:
    """What has been told of one job."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    executed: list[str] = field(default_factory=list[str])
    failure: Mapping[str, Any] | None = None
    cached_told: bool = False
    state_sent: float = 0.0

    @property
    def pause(self) -> float:
        """Seconds between two statements of all nodes."""
        return max(STATE_SECONDS, len(self.nodes) / STATE_NODES)


class Translator:
    """Keeps what one socket was told, and says what it is to be told next.

    ``type_of`` answers the class of a job's node, ``inputs_of`` its values, for messages that state them.
    """

    def __init__(
        self,
        client_id: str,
        type_of: Callable[[str, str], str],
        clock: Callable[[], float],
        inputs_of: Callable[[str, str], Mapping[str, Any]] = lambda _job, _node: {},
    ) -> None:
        self._client_id = client_id
        self._type_of = type_of
        self._inputs_of = inputs_of
        self._clock = clock
        self._jobs: dict[str, _JobState] = {}

    def translate(self, record: EventRecord, owner: str | None) -> list[Message]:
        """The messages of one event. ``owner`` is the client that submitted the job, None if it named none."""
        event, job_id = record.event, record.job_id
        if event["type"] == "queue.changed":
            return [status_message(event["queued"] + event["running"])]
        if event["type"] == "node.message":
            wanted = owner if event["client"] == OWNER else event["client"]
            return [(event["kind"], event["data"])] if wanted in (None, self._client_id) else []
        if not job_id or event["type"] in ("job.queued", "job.deleted"):
            return []
        mine, anyones = owner == self._client_id, owner is None
        if not mine and not anyones:
            return [self._interrupted(job_id, record)] if _is_interruption(event) else []
        state = self._jobs.setdefault(job_id, _JobState())
        told = self._of_event(record, state)
        if event["type"] in ("job.finished", "job.requeued"):
            self._jobs.pop(job_id, None)
        # Jobs without a client tell everyone their progress and nothing else.
        return told if mine else [item for item in told if item[0] in ("progress", "progress_state")]

    def _of_event(self, record: EventRecord, state: _JobState) -> list[Message]:
        event, job_id = record.event, record.job_id
        told: list[Message] = []
        kind = event["type"]
        if kind == "job.started":
            return [("execution_start", self._stamped(job_id, record))]
        if not state.cached_told:
            state.cached_told = True
            nodes = list(event["nodes"]) if kind == "nodes.cached" else []
            told.append(("execution_cached", {"nodes": nodes, **self._stamped(job_id, record)}))
        match kind:
            case "node.started":
                node, place = event["node"], event.get("place")
                state.nodes[node] = _node_state(job_id, node, 0, 1, "running", place)
                told.append(("executing", {"node": node, "display_node": shown(node, place), "prompt_id": job_id}))
            case "node.progress":
                node, value, total = event["node"], event["value"], event["total"]
                state.nodes[node] = _node_state(job_id, node, value, total, "running", event.get("place"))
                told.append(("progress", {"value": value, "max": total, "prompt_id": job_id, "node": node}))
            case "node.finished":
                node, place = event["node"], event.get("place")
                state.executed.append(node)
                finished = _node_state(job_id, node, 1, 1, "finished", place)
                state.nodes[node] = {**finished, **_full(state.nodes.get(node))}
                if sent := sent_pictures(event["ui"]):
                    told.append((PICTURES, {"images": sent}))
                if output := plain_output(event["ui"]):
                    data = {"node": node, "display_node": shown(node, place), "output": output, "prompt_id": job_id}
                    told.append(("executed", data))
            case "node.failed":
                state.failure = event
                state.nodes[event["node"]] = _node_state(job_id, event["node"], 0, 1, "error", event.get("place"))
            case "job.finished":
                return [*told, *self._end(record, state)]
            case _:
                pass
        if state.nodes and kind != "nodes.cached" and self._clock() - state.state_sent >= state.pause:
            told.append(self._progress_state(job_id, state))
        return told

    def _progress_state(self, job_id: str, state: _JobState) -> Message:
        state.state_sent = self._clock()
        return "progress_state", {"prompt_id": job_id, "nodes": dict(state.nodes)}

    def _end(self, record: EventRecord, state: _JobState) -> list[Message]:
        event, job_id = record.event, record.job_id
        told: list[Message] = [self._progress_state(job_id, state)] if state.nodes else []
        match event["outcome"]:
            case "succeeded":
                told.append(("execution_success", self._stamped(job_id, record)))
            case "cancelled":
                told.append(self._interrupted(job_id, record))
            case _:
                told.append(("execution_error", self._error(record, state)))
        return [*told, ("executing", {"node": None, "display_node": None, "prompt_id": job_id})]

    def _error(self, record: EventRecord, state: _JobState) -> dict[str, Any]:
        failed = state.failure
        problem = failed["problem"] if failed else next(iter(record.event["problems"]), {})
        node = problem.get("node") or (failed or {}).get("node")
        return {
            "prompt_id": record.job_id,
            "node_id": node,
            "node_type": self._type_of(record.job_id, node) if node else None,
            "executed": state.executed,
            "exception_message": problem.get("message", "The job failed."),
            "exception_type": exception_type(problem.get("code", ""), problem.get("params", {})),
            "traceback": ((failed or {}).get("details") or "").splitlines(keepends=True),
            "current_inputs": (failed or {}).get("inputs") or (self._inputs_of(record.job_id, node) if node else {}),
            "current_outputs": list(state.executed),
            "timestamp": _milliseconds(record.time),
        }

    def _interrupted(self, job_id: str, record: EventRecord) -> Message:
        state = self._jobs.get(job_id) or _JobState()
        node = next((name for name, item in state.nodes.items() if item["state"] == "running"), None)
        data = {
            "node_id": node,
            "node_type": self._type_of(job_id, node) if node else None,
            "executed": state.executed,
            **self._stamped(job_id, record),
        }
        return "execution_interrupted", data

    def _stamped(self, job_id: str, record: EventRecord) -> dict[str, Any]:
        return {"prompt_id": job_id, "timestamp": _milliseconds(record.time)}


def status_message(remaining: int, sid: str | None = None) -> Message:
    """How many jobs are not done; with ``sid`` it is a socket's first message."""
    data: dict[str, Any] = {"status": {"exec_info": {"queue_remaining": remaining}}}
    return "status", data if sid is None else {**data, "sid": sid}


def message_text(message: Message) -> str:
    """As it travels."""
    return json.dumps({"type": message[0], "data": message[1]}, separators=(",", ":"))


def shows_previews(method: str | None, *, reads_metadata: bool) -> bool:
    """Whether a client gets previews under this ``--preview-method`` (None where nothing was said).

    A plain preview looks like a picture that a node sends over the socket, and clients that wait for those keep every
    one. So they get none unless it was asked for; who reads frames with metadata can tell the two apart.
    """
    return reads_metadata if method is None else method != "none"


def result_frame(png: bytes) -> bytes:
    """A finished picture, as nodes send it that answer over the socket: type 1 with a PNG in it."""
    return PREVIEW.to_bytes(4, "big") + FORMATS["image/png"].to_bytes(4, "big") + png


def preview_frame(frame: PreviewFrame, *, with_metadata: bool) -> bytes:
    """A preview as a binary frame: type 4 for clients that said they read it, else type 1."""
    if not with_metadata:
        picture = FORMATS.get(frame.media_type, 1)
        return PREVIEW.to_bytes(4, "big") + picture.to_bytes(4, "big") + frame.data
    names = node_names(frame.job_id, frame.node, frame.place)
    header = json.dumps({**names, "image_type": frame.media_type}).encode()
    return PREVIEW_WITH_METADATA.to_bytes(4, "big") + len(header).to_bytes(4, "big") + header + frame.data


def sent_pictures(ui: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The files that a node has for its client's socket; of most nodes there are none."""
    return list(ui.get("images", ())) if ui.get("over_socket") else []


def plain_output(ui: Mapping[str, Any]) -> dict[str, Any]:
    """What a node shows, pictures in ComfyUI's three fields; nothing where it sent them over the socket."""
    if ui.get("over_socket"):
        return {}
    result = dict(ui)
    if "images" in result:
        result["images"] = [
            {name: item[name] for name in item if name != "url"} if isinstance(item, Mapping) else item
            for item in result["images"]
        ]
    return result


def exception_type(code: str, params: Mapping[str, Any]) -> str:
    """What ComfyUI's clients read as the kind of an error."""
    return "ExecutionBlocked" if code == "node.blocked" else params.get("exception") or code


def _is_interruption(event: Mapping[str, Any]) -> bool:
    return event["type"] == "job.finished" and event["outcome"] == "cancelled"


def stated_inputs(graph: Mapping[str, Any], node: str) -> dict[str, list[Any]]:
    """The values that a run form states for a node, each in a list as ComfyUI's errors show them."""
    found = graph.get(node)
    inputs = found.get("inputs") if isinstance(found, Mapping) else None
    return {name: [value] for name, value in (inputs or {}).items() if not isinstance(value, list)}


def shown(node: str, place: Mapping[str, Any] | None) -> str:
    """The node to show in its stead: itself, unless it came of an expansion."""
    return place["display"] if place else node


def node_names(job_id: str, node: str, place: Mapping[str, Any] | None) -> dict[str, Any]:
    """The ids under which a node is known."""
    return {
        "node_id": node,
        "prompt_id": job_id,
        "display_node_id": shown(node, place),
        "parent_node_id": place["parent"] if place else None,
        "real_node_id": place["real"] if place else node,
    }


def _node_state(
    job_id: str, node: str, value: int, total: int, state: str, place: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {"value": value, "max": total, "state": state, **node_names(job_id, node, place)}


def _full(known: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"value": known["max"], "max": known["max"]} if known else {}


def _milliseconds(seconds: float) -> int:
    return int((seconds or time.time()) * 1000)
