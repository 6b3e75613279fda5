"""Follows wires upwards to the node that really makes a value: through bypass, names, and the edges of sub-graphs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.scopes import LowerEnd, Scope
from graph_engine.document.workflow import ENTRY, EXIT, NamedReceive, Subgraph, WorkflowNode
from graph_engine.spec.node import Catalogue
from graph_engine.validate.types import types_match


@dataclass(frozen=True)
class Source:
    """An output of an active node."""

    scope: Scope
    node: WorkflowNode
    output: str


@dataclass(frozen=True)
class Constant:
    """A value that an instance gives to an input of its sub-graph."""

    value: Any


@dataclass(frozen=True)
class Unfed:
    """Nothing is wired to the sub-graph's input: what is inside keeps its own value."""


@dataclass(frozen=True)
class DeadEnd:
    """The way ends; ``code`` and ``params`` are of the problem."""

    code: str
    params: Mapping[str, Any]


Found = Source | Constant | Unfed | DeadEnd
_Place = tuple[Scope, str, str]


@dataclass
class Resolver:
    """Finds sources within one document; remembers every way it has gone, so that each is gone once."""

    catalogue: Catalogue
    definitions: Mapping[str, Subgraph]
    known: dict[_Place, Found] = field(default_factory=dict[_Place, Found])

    def source(self, scope: Scope, end: LowerEnd) -> Found:
        """Where the value at the lower end of a wire on ``scope`` comes from."""
        passed: dict[_Place, None] = {}
        found: Found | _Place = self._upper(scope, end)
        while isinstance(found, tuple):
            if found in self.known:
                found = self.known[found]
            elif found in passed:
                found = self._circle(found, passed)
            else:
                passed[found] = None
                found = self._step(*found)
        for place in passed:
            self.known[place] = found
        return found

    def _circle(self, at: _Place, passed: Mapping[_Place, None]) -> DeadEnd:
        node = at[0].nodes.get(at[1])
        if node is not None and node.mode == "bypassed":
            return DeadEnd("wire.bypass_dead_end", {"source": node.title or node.id})
        ring = [scope.prefix + node_id for scope, node_id, _ in passed]
        return DeadEnd("graph.cycle", {"path": [*ring, ring[0]]})

    def _upper(self, scope: Scope, end: LowerEnd) -> Found | _Place:
        if not isinstance(end, NamedReceive):
            return scope, end.source, end.output
        sender = scope.sender(end.name)
        if sender is None:
            return DeadEnd("wire.unknown_name", {"name": end.name})
        return sender[0], sender[1].source, sender[1].output

    def _step(self, scope: Scope, node_id: str, output: str) -> Found | _Place:
        """One place further up, or the end of the way."""
        if node_id == ENTRY:
            return self._outside(scope, output)
        node = scope.nodes[node_id]
        if node.mode == "muted":
            return DeadEnd("wire.source_muted", {"source": node.title or node.id})
        if node.mode == "bypassed":
            end = self._passed_on(scope, node, output)
            if end is None:
                return DeadEnd("wire.bypass_dead_end", {"source": node.title or node.id})
            return self._upper(scope, end)
        inner = scope.inner.get(node_id)
        if inner is None:
            return Source(scope, node, output)
        end = inner.end(EXIT, output)
        if end is None:
            return DeadEnd("subgraph.nothing_inside", {"source": node.title or node.id, "output": output})
        return self._upper(inner, end)

    def _outside(self, scope: Scope, name: str) -> Found | _Place:
        parent, instance = scope.parent, scope.instance
        if parent is None or instance is None:
            return Unfed()
        end = parent.end(instance.id, name)
        if end is not None:
            return self._upper(parent, end)
        return Constant(instance.widgets[name]) if name in instance.widgets else Unfed()

    def _passed_on(self, scope: Scope, node: WorkflowNode, output: str) -> LowerEnd | None:
        """What a bypassed node passes on to its output: its first wired input of the same type."""
        definition = self.definitions.get(node.subgraph) if node.subgraph is not None else None
        if definition is not None:
            inputs = [(item.id, item.type) for item in definition.inputs]
            given = next((item.type for item in definition.outputs if item.id == output), None)
        elif (spec := self.catalogue.get(node.type)) is not None:
            inputs = [(item.name, item.type) for item in spec.inputs]
            given = next((item.type for item in spec.outputs if item.name == output), None)
        else:
            return None
        for name, kind in inputs:
            end = scope.end(node.id, name)
            if end is not None and (given is None or types_match(kind, given)):
                return end
        return None
