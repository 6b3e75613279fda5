"""A document opened out: one scope for its canvas and one for every placed sub-graph, however deep."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graph_engine.document.workflow import (
    ENTRY,
    EXIT,
    Canvas,
    NamedReceive,
    NamedSend,
    Subgraph,
    Wire,
    Workflow,
    WorkflowNode,
)
from graph_engine.validate.limits import DEFAULT_LIMITS, Limits
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem

SEPARATOR = ":"
"""Between the ids of instances and of the node inside them: ``12:5`` is node 5 of the sub-graph placed as node 12."""

LowerEnd = Wire | NamedReceive


@dataclass(eq=False)
class Scope:
    """One canvas where it is placed.

    ``prefix`` stands before its nodes' ids in run form. ``inner`` holds the scopes of the active instances on it.
    """

    prefix: str = ""
    parent: "Scope | None" = None
    instance: WorkflowNode | None = None
    definition: Subgraph | None = None
    depth: int = 0
    nodes: dict[str, WorkflowNode] = field(default_factory=dict[str, WorkflowNode])
    ends: dict[str, dict[str, LowerEnd]] = field(default_factory=dict[str, dict[str, LowerEnd]])
    sends: dict[str, NamedSend] = field(default_factory=dict[str, NamedSend])
    inner: dict[str, "Scope"] = field(default_factory=dict[str, "Scope"])

    def end(self, node_id: str, name: str) -> LowerEnd | None:
        """What feeds the input called ``name`` of a node here, if anything does."""
        return self.ends.get(node_id, {}).get(name)

    def sender(self, name: str) -> "tuple[Scope, NamedSend] | None":
        """Who sends by that name: here, or on the nearest canvas that this one is placed on."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.sends:
                return scope, scope.sends[name]
            scope = scope.parent
        return None


def open_out(
    workflow: Workflow, limits: Limits = DEFAULT_LIMITS
) -> tuple[tuple[Scope, ...], Mapping[str, Subgraph], tuple[Problem, ...]]:
    """All scopes of a document, the outermost first, with its definitions by id. No recursion, whatever the depth."""
    opener = _Opener({definition.id: definition for definition in workflow.subgraphs}, limits)
    opener.run(workflow.canvas)
    return tuple(opener.scopes), opener.definitions, tuple(opener.problems)


@dataclass
class _Opener:
    definitions: Mapping[str, Subgraph]
    limits: Limits
    scopes: list[Scope] = field(default_factory=list[Scope])
    problems: list[Problem] = field(default_factory=list[Problem])
    count: int = 0

    def run(self, canvas: Canvas) -> None:
        waiting = [(Scope(), canvas)]
        while waiting:
            scope, stated = waiting.pop()
            self.count += len(stated.nodes)
            if self.count > self.limits.nodes:
                self.problems.append(problem("graph.too_large", count=self.count, limit=self.limits.nodes))
                return
            self._fill(scope, stated)
            self.scopes.append(scope)
            waiting += reversed([*self._placed(scope)])

    def _fill(self, scope: Scope, canvas: Canvas) -> None:
        overrides = _overrides(scope)
        for node in canvas.nodes:
            changed = overrides.get(node.id)
            scope.nodes[node.id] = replace(node, widgets={**node.widgets, **changed}) if changed else node
        known: set[str] = set(scope.nodes)
        if scope.definition is not None:
            known |= {ENTRY, EXIT}
        for send in canvas.sends:
            if send.source not in known:
                self._complain(scope, None, "wire.unknown_node", id=send.source)
            elif send.name in scope.sends:
                self._complain(scope, send.source, "wire.name_twice", name=send.name)
            else:
                scope.sends[send.name] = send
        for end in (*canvas.wires, *canvas.receives):
            ends = (end.source, end.target) if isinstance(end, Wire) else (end.target,)
            missing = next((node_id for node_id in ends if node_id not in known), None)
            at = end.target if end.target in scope.nodes else None
            if missing is not None:
                self._complain(scope, at, "wire.unknown_node", socket=end.input, id=missing)
            elif end.input in scope.ends.setdefault(end.target, {}):
                self._complain(scope, at, "wire.second", socket=end.input, input=end.input)
            else:
                scope.ends[end.target][end.input] = end

    def _placed(self, scope: Scope) -> list[tuple[Scope, Canvas]]:
        """The scopes of the active instances on a canvas."""
        found: list[tuple[Scope, Canvas]] = []
        for node in scope.nodes.values():
            definition = self.definitions.get(node.subgraph) if node.subgraph is not None else None
            if definition is None or node.mode != "active":
                continue
            if self._within_itself(scope, definition):
                self._complain(scope, node.id, "subgraph.within_itself", title=definition.title or definition.id)
                continue
            if scope.depth >= self.limits.subgraph_depth:
                self._complain(scope, node.id, "subgraph.too_deep", limit=self.limits.subgraph_depth)
                continue
            prefix = f"{scope.prefix}{node.id}{SEPARATOR}"
            inner = Scope(prefix, scope, node, definition, scope.depth + 1)
            scope.inner[node.id] = inner
            found.append((inner, definition.canvas))
        return found

    @staticmethod
    def _within_itself(scope: Scope, definition: Subgraph) -> bool:
        outer: Scope | None = scope
        while outer is not None:
            if outer.definition is definition:
                return True
            outer = outer.parent
        return False

    def _complain(self, scope: Scope, at: str | None, code: str, socket: str | None = None, **params: Any) -> None:
        where = scope.prefix + at if at is not None else None
        self.problems.append(problem(code, at=where, socket=socket, **params))


def _overrides(scope: Scope) -> dict[str, dict[str, Any]]:
    """What the instance says of the widgets inside it, by inner node."""
    result: dict[str, dict[str, Any]] = {}
    if scope.definition is None or scope.instance is None:
        return result
    for promoted in scope.definition.widgets:
        if promoted.id in scope.instance.widgets:
            result.setdefault(promoted.node, {})[promoted.widget] = scope.instance.widgets[promoted.id]
    return result
