"""Reads documents: what cannot be read is left out and reported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.fields import text_of, without
from graph_engine.document.form import Form, form_item
from graph_engine.document.migrations import migrated
from graph_engine.document.workflow import (
    ENTRY,
    EXIT,
    MODES,
    VERSION,
    Canvas,
    NamedReceive,
    NamedSend,
    PromotedWidget,
    Subgraph,
    SubgraphSocket,
    Wire,
    Workflow,
    WorkflowNode,
)
from graph_engine.validate.limits import DEFAULT_LIMITS, Limits
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem


def workflow_from_json(value: Any, limits: Limits = DEFAULT_LIMITS) -> tuple[Workflow, tuple[Problem, ...]]:
    """Read a document of any version. With a problem of the whole, nothing is read."""
    trouble = _foreign(value)
    if trouble is None:
        value = migrated(value)
        trouble = _misshapen(value, limits)
    if trouble is not None:
        return Workflow(), (trouble,)
    reader = _Reader(limits)
    workflow = Workflow(
        id=text_of(value.get("id")),
        title=text_of(value.get("title")),
        canvas=reader.canvas("", value),
        subgraphs=tuple(reader.subgraphs(value.get("subgraphs", ()))),
        form=reader.form(value.get("form")),
        rest=without(value, "noiseloom", "id", "title", "nodes", "wires", "named", "subgraphs", "form"),
    )
    return workflow, tuple(reader.problems)


def _foreign(value: Any) -> Problem | None:
    """Why the value is no document of a version this one reads, or None."""
    if not isinstance(value, Mapping):
        return problem("document.not_ours", reason="it is not a JSON object")
    version: Any = value.get("noiseloom")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return problem("document.not_ours", reason='its "noiseloom" version is missing')
    if version > VERSION:
        return problem("document.newer", version=version, supported=VERSION)
    return None


def _misshapen(value: Mapping[str, Any], limits: Limits) -> Problem | None:
    """Why nothing of a document can be read, or None."""
    for name in ("nodes", "wires", "named", "subgraphs"):
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

    def canvas(self, where: str, value: Mapping[str, Any]) -> Canvas:
        nodes: dict[str, WorkflowNode] = {}
        for index, stated in enumerate(self._list(where, value, "nodes")):
            node = self.node(f"{where}node {index + 1}", stated)
            if node is None:
                continue
            if node.id in nodes:
                self.problems.append(problem("document.duplicate_node", at=node.id, id=node.id))
                continue
            nodes[node.id] = node
        wires = [
            self.wire(f"{where}wire {index + 1}", stated)
            for index, stated in enumerate(self._list(where, value, "wires"))
        ]
        named = [
            self.named(f"{where}named wire {index + 1}", stated)
            for index, stated in enumerate(self._list(where, value, "named"))
        ]
        return Canvas(
            nodes=tuple(nodes.values()),
            wires=tuple(wire for wire in wires if wire is not None),
            sends=tuple(end for end in named if isinstance(end, NamedSend)),
            receives=tuple(end for end in named if isinstance(end, NamedReceive)),
        )

    def subgraphs(self, stated: Iterable[Any]) -> Iterable[Subgraph]:
        seen: set[str] = set()
        for index, value in enumerate(stated):
            where = f"sub-graph {index + 1}"
            if not isinstance(value, Mapping) or not self._is_id(value.get("id")):
                self.complain(where, "is not an object with an id")
            elif value["id"] in seen:
                self.complain(where, f"has the id {value['id']!r}, which another one has too")
            else:
                seen.add(value["id"])
                yield self.subgraph(where, value)  # pyright: ignore[reportUnknownArgumentType]

    def subgraph(self, where: str, value: Mapping[str, Any]) -> Subgraph:
        return Subgraph(
            id=value["id"],
            title=text_of(value.get("title")),
            inputs=tuple(self.sockets(where, value, "inputs")),
            outputs=tuple(self.sockets(where, value, "outputs")),
            widgets=tuple(self.promoted(where, value)),
            canvas=self.canvas(f"{where}, ", value),
            rest=without(value, "id", "title", "inputs", "outputs", "widgets", "nodes", "wires", "named"),
        )

    def form(self, value: Any) -> Form | None:
        if value is None:
            return None
        stated: Any = value.get("items", []) if isinstance(value, Mapping) else None  # pyright: ignore[reportUnknownMemberType]
        if not isinstance(stated, list):
            return self.complain("the form", 'is not an object with a list of "items"')
        items: list[Any] = []
        for index, entry in enumerate(stated):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            item = form_item(entry)
            if isinstance(item, str):
                self.complain(f"form item {index + 1}", item)
            else:
                items.append(item)
        return Form(items=tuple(items), rest=without(value, "items"))

    def sockets(self, where: str, value: Mapping[str, Any], key: str) -> Iterable[SubgraphSocket]:
        for stated in self._list(where, value, key):
            if not isinstance(stated, Mapping) or not self._is_id(stated.get("id")):
                self.complain(where, f'has something in "{key}" without an id')
                continue
            name, kind = text_of(stated.get("name")) or stated["id"], text_of(stated.get("type")) or "*"
            rest = without(stated, "id", "name", "type")  # pyright: ignore[reportUnknownArgumentType]
            yield SubgraphSocket(id=stated["id"], name=name, type=kind, rest=rest)

    def promoted(self, where: str, value: Mapping[str, Any]) -> Iterable[PromotedWidget]:
        for stated in self._list(where, value, "widgets"):
            if not isinstance(stated, Mapping) or not all(self._is_id(stated.get(k)) for k in ("id", "node", "widget")):
                self.complain(where, 'has something in "widgets" without id, node or widget')
                continue
            yield PromotedWidget(
                id=stated["id"],
                name=text_of(stated.get("name")) or stated["widget"],
                node=stated["node"],
                widget=stated["widget"],
                rest=without(stated, "id", "name", "node", "widget"),  # pyright: ignore[reportUnknownArgumentType]
            )

    def node(self, where: str, stated: Any) -> WorkflowNode | None:
        if not isinstance(stated, Mapping):
            return self.complain(where, "is not an object")
        node_id: Any = stated.get("id")
        type_id: Any = stated.get("type")
        if not self._is_id(node_id) or node_id in (ENTRY, EXIT):
            return self.complain(where, "has no id, or one that is too long")
        if not isinstance(type_id, str) or not type_id:
            self.problems.append(problem("node.no_type", at=node_id))
            return None
        widgets: Any = stated.get("widgets", {})
        if not isinstance(widgets, Mapping):
            self.complain(where, "has widgets that are not an object", node_id)
            widgets = {}
        mode: Any = stated.get("mode", "active")
        if mode not in MODES:
            self.complain(where, f"has an unknown mode {str(mode)[:40]!r}", node_id)
            mode = "active"
        return WorkflowNode(
            id=node_id,
            type=type_id,
            title=text_of(stated.get("title")),
            widgets=dict(widgets),  # pyright: ignore[reportUnknownArgumentType]
            mode=mode,
            rest=without(stated, "id", "type", "title", "widgets", "mode"),
        )

    def wire(self, where: str, stated: Any) -> Wire | None:
        if not isinstance(stated, Mapping):
            return self.complain(where, "is not an object")
        upper, lower = _pair(stated.get("from")), _pair(stated.get("to"))
        if upper is None or lower is None:
            return self.complain(where, 'needs "from" and "to", each [node id, socket name]')
        rest = without(stated, "from", "to")
        return Wire(source=upper[0], output=upper[1], target=lower[0], input=lower[1], rest=rest)

    def named(self, where: str, stated: Any) -> NamedSend | NamedReceive | None:
        if not isinstance(stated, Mapping):
            return self.complain(where, "is not an object")
        upper, lower, name = _pair(stated.get("from")), _pair(stated.get("to")), text_of(stated.get("name"))
        if not name or (upper is None) == (lower is None):
            return self.complain(where, 'needs a "name" and either "from" or "to", [node id, socket name]')
        rest = without(stated, "from", "to", "name")
        if upper is not None:
            return NamedSend(name=name, source=upper[0], output=upper[1], rest=rest)
        assert lower is not None
        return NamedReceive(name=name, target=lower[0], input=lower[1], rest=rest)

    def _is_id(self, value: Any) -> bool:
        return isinstance(value, str) and 0 < len(value) <= self.limits.id_characters

    def _list(self, where: str, value: Mapping[str, Any], key: str) -> list[Any]:
        stated: Any = value.get(key, [])
        if isinstance(stated, list):
            return stated  # pyright: ignore[reportUnknownVariableType]
        self.complain(where.rstrip(", ") or "the document", f'has "{key}", which is not a list')
        return []


def _pair(value: Any) -> tuple[str, str] | None:
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(item, str) for item in value):  # pyright: ignore[reportUnknownArgumentType]
        return value[0], value[1]  # pyright: ignore[reportUnknownVariableType]
    return None
