"""The workflow document, version 1: what a person edits and saves.

Fields and node types that this version does not know are kept as they are, so that saving loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph_engine.validate.limits import DEFAULT_LIMITS, Limits
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem

VERSION = 1

Mode = Literal["active", "muted", "bypassed"]
_MODES = ("active", "muted", "bypassed")


@dataclass(frozen=True, kw_only=True)
class WorkflowNode:
    """A node on the canvas. ``rest`` holds its other fields (position, size, colour …) as they were read."""

    id: str
    type: str
    title: str = ""
    widgets: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mode: Mode = "active"
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Wire:
    """From the output called ``output`` of node ``source`` to the input called ``input`` of node ``target``."""

    source: str
    output: str
    target: str
    input: str
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A whole document. ``rest`` holds its other fields (frames, view, extra …) as they were read."""

    id: str = ""
    title: str = ""
    nodes: tuple[WorkflowNode, ...] = ()
    wires: tuple[Wire, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


def is_workflow(value: Any) -> bool:
    """Whether this JSON value claims to be one of our documents."""
    return isinstance(value, Mapping) and "noiseloom" in value


def workflow_from_json(value: Any, limits: Limits = DEFAULT_LIMITS) -> tuple[Workflow, tuple[Problem, ...]]:
    """Read a document. What cannot be read is left out and reported; with a problem of the whole, nothing is read."""
    trouble = _refusal(value, limits)
    if trouble is not None:
        return Workflow(), (trouble,)
    reader = _Reader(limits)
    nodes: dict[str, WorkflowNode] = {}
    for index, stated in enumerate(value.get("nodes", ())):
        node = reader.node(f"node {index + 1}", stated)
        if node is None:
            continue
        if node.id in nodes:
            reader.problems.append(problem("document.duplicate_node", at=node.id, id=node.id))
            continue
        nodes[node.id] = node
    wires = [reader.wire(f"wire {index + 1}", stated) for index, stated in enumerate(value.get("wires", ()))]
    workflow = Workflow(
        id=_text_or_empty(value.get("id")),
        title=_text_or_empty(value.get("title")),
        nodes=tuple(nodes.values()),
        wires=tuple(wire for wire in wires if wire is not None),
        rest=_without(value, "noiseloom", "id", "title", "nodes", "wires"),
    )
    return workflow, tuple(reader.problems)


def workflow_to_json(workflow: Workflow) -> dict[str, Any]:
    """The inverse of :func:`workflow_from_json`."""
    return {
        "noiseloom": VERSION,
        "id": workflow.id,
        "title": workflow.title,
        "nodes": [
            {
                **node.rest,
                "id": node.id,
                "type": node.type,
                "title": node.title,
                "widgets": dict(node.widgets),
                "mode": node.mode,
            }
            for node in workflow.nodes
        ],
        "wires": [
            {**wire.rest, "from": [wire.source, wire.output], "to": [wire.target, wire.input]}
            for wire in workflow.wires
        ],
        **workflow.rest,
    }


def _refusal(value: Any, limits: Limits) -> Problem | None:
    """Why the value as a whole is no document this version reads, or None."""
    if not isinstance(value, Mapping):
        return problem("document.not_ours", reason="it is not a JSON object")
    version: Any = value.get("noiseloom")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return problem("document.not_ours", reason='its "noiseloom" version is missing')
    if version > VERSION:
        return problem("document.newer", version=version, supported=VERSION)
    for name in ("nodes", "wires"):
        if not isinstance(value.get(name, []), list):
            return problem("document.bad_field", where=f'"{name}"', reason="is not a list")
    count = len(value.get("nodes", []))
    if count > limits.nodes:
        return problem("graph.too_large", count=count, limit=limits.nodes)
    return None


@dataclass
class _Reader:
    """Reads parts of a document, noting what is wrong with them."""

    limits: Limits
    problems: list[Problem] = field(default_factory=list[Problem])

    def complain(self, where: str, reason: str, node: str | None = None) -> None:
        self.problems.append(problem("document.bad_field", at=node, where=where, reason=reason))

    def node(self, where: str, stated: Any) -> WorkflowNode | None:
        if not isinstance(stated, Mapping):
            return self.complain(where, "is not an object")
        node_id: Any = stated.get("id")
        type_id: Any = stated.get("type")
        if not isinstance(node_id, str) or not 0 < len(node_id) <= self.limits.id_characters:
            return self.complain(where, "has no id, or one that is too long")
        if not isinstance(type_id, str) or not type_id:
            self.problems.append(problem("node.no_type", at=node_id))
            return None
        widgets: Any = stated.get("widgets", {})
        if not isinstance(widgets, Mapping):
            self.complain(where, "has widgets that are not an object", node_id)
            widgets = {}
        mode: Any = stated.get("mode", "active")
        if mode not in _MODES:
            self.complain(where, f"has an unknown mode {str(mode)[:40]!r}", node_id)
            mode = "active"
        return WorkflowNode(
            id=node_id,
            type=type_id,
            title=_text_or_empty(stated.get("title")),
            widgets=dict(widgets),  # pyright: ignore[reportUnknownArgumentType]
            mode=mode,
            rest=_without(stated, "id", "type", "title", "widgets", "mode"),
        )

    def wire(self, where: str, stated: Any) -> Wire | None:
        if not isinstance(stated, Mapping):
            return self.complain(where, "is not an object")
        upper, lower = _pair(stated.get("from")), _pair(stated.get("to"))
        if upper is None or lower is None:
            return self.complain(where, 'needs "from" and "to", each [node id, socket name]')
        return Wire(
            source=upper[0], output=upper[1], target=lower[0], input=lower[1], rest=_without(stated, "from", "to")
        )


def _pair(value: Any) -> tuple[str, str] | None:
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(item, str) for item in value):  # pyright: ignore[reportUnknownArgumentType]
        return value[0], value[1]  # pyright: ignore[reportUnknownVariableType]
    return None


def _text_or_empty(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _without(value: Mapping[Any, Any], *names: str) -> dict[str, Any]:
    return {str(name): item for name, item in value.items() if name not in names}
