"""The one compiler from a workflow document to run form."""

from collections.abc import Mapping
from typing import Any

from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.document.workflow import Wire, Workflow, WorkflowNode, workflow_from_json
from graph_engine.spec.node import Catalogue, InputSpec
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem
from graph_engine.validate.types import types_match


def compile_workflow(document: Workflow | Mapping[str, Any], catalogue: Catalogue) -> tuple[Graph, tuple[Problem, ...]]:
    """Turn a document (or its JSON) into a graph, with what is wrong with its wires.

    Names become slots, absent widgets take their defaults, muted nodes go, and a bypassed node passes on its first
    wired input of the output's type. Nodes of unknown type stay: :func:`~graph_engine.validate.validate.validate`
    reports them where an output needs them.
    """
    problems: tuple[Problem, ...] = ()
    if not isinstance(document, Workflow):
        document, problems = workflow_from_json(document)
    compiler = _Compiler(document, catalogue)
    return compiler.graph(), (*problems, *compiler.problems)


class _Compiler:
    """One compilation: the document indexed by node and by wire."""

    def __init__(self, document: Workflow, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.nodes = {node.id: node for node in document.nodes}
        self.problems: list[Problem] = []
        self.wires: dict[str, dict[str, Wire]] = {node_id: {} for node_id in self.nodes}
        for wire in document.wires:
            self._add_wire(wire)

    def _add_wire(self, wire: Wire) -> None:
        missing = next((end for end in (wire.source, wire.target) if end not in self.nodes), None)
        if missing is not None:
            at = wire.target if wire.target in self.nodes else None
            self.problems.append(problem("wire.unknown_node", at=at, socket=wire.input, id=missing))
        elif wire.input in self.wires[wire.target]:
            self.problems.append(problem("wire.second", at=wire.target, socket=wire.input, input=wire.input))
        else:
            self.wires[wire.target][wire.input] = wire

    def graph(self) -> Graph:
        """The active nodes in run form."""
        return Graph({node.id: self._node(node) for node in self.nodes.values() if node.mode == "active"})

    def _node(self, node: WorkflowNode) -> GraphNode:
        spec = self.catalogue.get(node.type)
        inputs: dict[str, Any] = {}
        if spec is None:
            inputs.update(node.widgets)
            for name, wire in self.wires[node.id].items():
                self._connect(node, InputSpec(name=name, type="*"), wire, inputs)
            return GraphNode(node.id, node.type, inputs, node.title)
        for item in spec.inputs:
            if item.widget is not None:
                value = node.widgets.get(item.name)
                value = item.widget.default if value is None else value
                if value is not None:
                    inputs[item.name] = value
            wire = self.wires[node.id].get(item.name)
            if wire is not None:
                self._connect(node, item, wire, inputs)
        for name in self.wires[node.id]:
            if spec.input(name) is None:
                self.problems.append(problem("wire.unknown_input", at=node.id, socket=name, input=name))
        return GraphNode(node.id, node.type, inputs, node.title)

    def _connect(self, node: WorkflowNode, item: InputSpec, wire: Wire, inputs: dict[str, Any]) -> None:
        """Follow ``wire`` upwards to an active node and put the link, or say why there is none."""
        passed: set[str] = set()
        source = self.nodes[wire.source]
        while source.mode == "bypassed" and source.id not in passed:
            passed.add(source.id)
            upper = self._passed_on(source, wire.output, item)
            if upper is None:
                self._lacks(node, item, inputs, "wire.bypass_dead_end", source)
                return
            wire = upper
            source = self.nodes[wire.source]
        if source.mode == "bypassed":
            self._lacks(node, item, inputs, "wire.bypass_dead_end", source)
        elif source.mode == "muted":
            self._lacks(node, item, inputs, "wire.source_muted", source)
        else:
            slot = self._slot(node, item, source, wire.output)
            if slot is not None:
                inputs[item.name] = Link(source.id, slot)

    def _passed_on(self, node: WorkflowNode, output: str, wanted: InputSpec) -> Wire | None:
        """The wire that a bypassed node passes on to its output called ``output``."""
        spec = self.catalogue.get(node.type)
        if spec is None:
            return None
        slot = spec.output_index(output)
        given = wanted.type if slot is None else spec.outputs[slot].type
        for item in spec.inputs:
            wire = self.wires[node.id].get(item.name)
            if wire is not None and types_match(item.type, given):
                return wire
        return None

    def _lacks(
        self, node: WorkflowNode, item: InputSpec, inputs: Mapping[str, Any], code: str, source: WorkflowNode
    ) -> None:
        if item.required and item.name not in inputs:
            name = source.title or source.id
            self.problems.append(
                problem(code, at=node.id, socket=item.name, input=item.name, source=name, type=item.type)
            )

    def _slot(self, node: WorkflowNode, item: InputSpec, source: WorkflowNode, output: str) -> int | None:
        spec = self.catalogue.get(source.type)
        if spec is None:
            return 0  # the source's unknown type is reported; which of its outputs this was cannot be told
        slot = spec.output_index(output)
        if slot is None:
            known = [part.name for part in spec.outputs]
            name = source.title or source.id
            self.problems.append(
                problem("wire.unknown_output", at=node.id, socket=item.name, source=name, output=output, known=known)
            )
        return slot
