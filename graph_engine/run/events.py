"""What a job tells while it runs. One frozen dataclass an event; ``type`` is its name on every wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from graph_engine.validate.problem import Problem

Outcome = Literal["succeeded", "failed", "cancelled", "lost"]


@dataclass(frozen=True)
class Place:
    """Where a node that came of an expansion belongs: the node to ``display`` in its stead, the ``parent`` that
    expanded to it, and the ``real`` node of the submitted graph. Events of submitted nodes have none.
    """

    display: str
    parent: str
    real: str


@dataclass(frozen=True, kw_only=True)
class JobStarted:
    """The worker has begun."""

    type: Literal["job.started"] = "job.started"
    nodes: Sequence[str] = ()
    """Ids of the nodes the plan needs, in order."""
    work: Mapping[str, int] = field(default_factory=dict[str, int])
    """Steps of the nodes that state them; any other node counts as one."""


@dataclass(frozen=True, kw_only=True)
class NodesCached:
    """These nodes' outputs were at hand; they will not run."""

    type: Literal["nodes.cached"] = "nodes.cached"
    nodes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class NodeStarted:
    """A node's function is about to be called. ``why`` is in the words of :mod:`graph_engine.run.why`."""

    type: Literal["node.started"] = "node.started"
    node: str
    why: Sequence[str] = ()
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class NodeProgress:
    """``value`` of ``total`` units of work are done in the running node."""

    type: Literal["node.progress"] = "node.progress"
    node: str
    value: int
    total: int
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class NodePreview:
    """A small encoded picture of where the node is. Never stored; only the latest matters."""

    type: Literal["node.preview"] = "node.preview"
    node: str
    media_type: str
    data: bytes
    value: int = 0
    total: int = 0
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class NodeFinished:
    """A node is done. ``ui`` is what it shows: lists by kind, e.g. ``{"images": [{"filename", "subfolder", "type"}]}``.

    ``cached`` marks an output node whose earlier result is told again.
    """

    type: Literal["node.finished"] = "node.finished"
    node: str
    ui: Mapping[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])
    seconds: float = 0.0
    cached: bool = False
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class NodeNotice:
    """Something a person should know of a node that goes on, such as what was done when memory ran short."""

    type: Literal["node.notice"] = "node.notice"
    node: str
    problem: Problem


OWNER = "@owner"
"""As the ``client`` of a message: whoever submitted the job."""


@dataclass(frozen=True, kw_only=True)
class NodeMessage:
    """What a plug-in's node tells clients that know it. ``client`` None is everyone, :data:`OWNER` the submitter."""

    type: Literal["node.message"] = "node.message"
    node: str
    kind: str
    data: Any = None
    client: str | None = None


@dataclass(frozen=True, kw_only=True)
class NodeFailed:
    """A node raised. ``details`` (a traceback) is for developers and shown only on request.

    ``inputs`` says what the node had been given, each input as a list of short values.
    """

    type: Literal["node.failed"] = "node.failed"
    node: str
    problem: Problem
    details: str = ""
    inputs: Mapping[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class JobFinished:
    """The last event of every job."""

    type: Literal["job.finished"] = "job.finished"
    outcome: Outcome
    problems: Sequence[Problem] = ()
    seconds: float = 0.0


Event = (
    JobStarted
    | NodesCached
    | NodeStarted
    | NodeProgress
    | NodePreview
    | NodeNotice
    | NodeMessage
    | NodeFinished
    | NodeFailed
    | JobFinished
)

_TYPES: dict[str, type[Any]] = {
    "job.started": JobStarted,
    "nodes.cached": NodesCached,
    "node.started": NodeStarted,
    "node.progress": NodeProgress,
    "node.preview": NodePreview,
    "node.notice": NodeNotice,
    "node.message": NodeMessage,
    "node.finished": NodeFinished,
    "node.failed": NodeFailed,
    "job.finished": JobFinished,
}

_NAMES = {name: tuple(item.name for item in fields(kind)) for name, kind in _TYPES.items()}


def event_to_json(event: Event) -> dict[str, Any]:
    """The event as plain values; ``place`` only where there is one.

    A preview's ``data`` stays bytes: it travels in a binary frame.
    """
    result: dict[str, Any] = {}
    for name in _NAMES[event.type]:
        value = getattr(event, name)
        if isinstance(value, Problem):
            value = value.to_json()
        elif name == "place":
            if value is None:
                continue
            value = vars(value)
        elif name == "problems":
            value = [problem.to_json() for problem in value]
        elif isinstance(value, tuple):
            value = list(value)  # pyright: ignore[reportUnknownArgumentType]
        result[name] = value
    return result


def event_from_json(value: Mapping[str, Any]) -> Event:
    """The inverse of :func:`event_to_json`. Raises KeyError for an unknown type."""
    kind = _TYPES[value["type"]]
    known = _NAMES[value["type"]]
    arguments = {name: item for name, item in value.items() if name in known and name != "type"}
    if arguments.get("place") is not None:
        arguments["place"] = Place(**arguments["place"])
    if "problem" in arguments:
        arguments["problem"] = Problem.from_json(arguments["problem"])
    if "problems" in arguments:
        arguments["problems"] = tuple(Problem.from_json(item) for item in arguments["problems"])
    return kind(**arguments)
