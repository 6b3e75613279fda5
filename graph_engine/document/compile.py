"""The one compiler from a workflow document to run form."""

from collections.abc import Mapping
from typing import Any

from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.document.reading import workflow_from_json
from graph_engine.document.resolve import Constant, DeadEnd, Found, Resolver, Source, Unfed
from graph_engine.document.scopes import LowerEnd, Scope, open_out
from graph_engine.document.workflow import Workflow, WorkflowNode
from graph_engine.spec.node import Catalogue, InputSpec
from graph_engine.validate.limits import DEFAULT_LIMITS, Limits
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem


def compile_workflow(
    document: Workflow | Mapping[str, Any], catalogue: Catalogue, limits: Limits = DEFAULT_LIMITS
) -> tuple[Graph, tuple[Problem, ...]]:
    """Turn a document (or its JSON) into a graph, with what is wrong with its wires.

    Names become slots, absent widgets take their defaults, sub-graphs are opened out (``12:5`` is node 5 inside
    instance 12), named wires are joined, muted nodes go, and a bypassed node passes on its first wired input of the
    output's type. Nodes of unknown type stay: :func:`~graph_engine.validate.validate.validate` reports them where an
    output needs them. The cost is linear in the nodes and wires that come out.
    """
    problems: tuple[Problem, ...] = ()
    if not isinstance(document, Workflow):
        document, problems = workflow_from_json(document, limits)
    scopes, definitions, more = open_out(document, limits)
    compiler = _Compiler(catalogue, Resolver(catalogue, definitions))
    graph = compiler.graph(scopes)
    return graph, (*problems, *more, *compiler.problems)


class _Compiler:
    """One compilation."""

    def __init__(self, catalogue: Catalogue, resolver: Resolver) -> None:
        self.catalogue = catalogue
        self.resolver = resolver
        self.problems: list[Problem] = []

    def graph(self, scopes: tuple[Scope, ...]) -> Graph:
        """The active nodes of all scopes in run form."""
        nodes: dict[str, GraphNode] = {}
        for scope in scopes:
            for node in scope.nodes.values():
                if node.mode != "active" or node.id in scope.inner or self._is_instance(node):
                    continue
                made = self._node(scope, node)
                if made.id in nodes:
                    self.problems.append(problem("document.duplicate_node", at=made.id, id=made.id))
                    continue
                nodes[made.id] = made
        return Graph(nodes)

    def _is_instance(self, node: WorkflowNode) -> bool:
        return node.subgraph is not None and node.subgraph in self.resolver.definitions

    def _node(self, scope: Scope, node: WorkflowNode) -> GraphNode:
        spec = self.catalogue.get(node.type)
        ends = scope.ends.get(node.id, {})
        inputs: dict[str, Any] = {}
        if spec is None:
            inputs.update(node.widgets)
            for name, end in ends.items():
                self._connect(scope, node, InputSpec(name=name, type="*"), end, inputs)
            return GraphNode(scope.prefix + node.id, node.type, inputs, node.title)
        for item in spec.inputs:
            if item.widget is not None:
                value = node.widgets.get(item.name)
                value = item.widget.default if value is None else value
                if value is not None:
                    inputs[item.name] = value
            end = ends.get(item.name)
            if end is not None:
                self._connect(scope, node, item, end, inputs)
        for name in ends:
            if spec.input(name) is None:
                at = scope.prefix + node.id
                self.problems.append(problem("wire.unknown_input", at=at, socket=name, input=name))
        return GraphNode(scope.prefix + node.id, node.type, inputs, node.title)

    def _connect(
        self, scope: Scope, node: WorkflowNode, item: InputSpec, end: LowerEnd, inputs: dict[str, Any]
    ) -> None:
        """Put what feeds an input, or say why there is nothing."""
        found: Found = self.resolver.source(scope, end)
        if isinstance(found, Source):
            slot = self._slot(scope, node, item, found)
            if slot is not None:
                inputs[item.name] = Link(found.scope.prefix + found.node.id, slot)
        elif isinstance(found, Constant):
            inputs[item.name] = found.value
        elif isinstance(found, DeadEnd):
            self._lacks(scope, node, item, inputs, found)
        else:
            assert isinstance(found, Unfed)

    def _lacks(
        self, scope: Scope, node: WorkflowNode, item: InputSpec, inputs: Mapping[str, Any], end: DeadEnd
    ) -> None:
        at = scope.prefix + node.id
        if end.code == "graph.cycle":
            self.problems.append(problem(end.code, at=at, **end.params))
        elif item.required and item.name not in inputs:
            params: dict[str, Any] = {"input": item.name, "type": item.type, **end.params}
            self.problems.append(problem(end.code, at=at, socket=item.name, severity="error", **params))

    def _slot(self, scope: Scope, node: WorkflowNode, item: InputSpec, found: Source) -> int | None:
        spec = self.catalogue.get(found.node.type)
        if spec is None:
            return 0  # the source's unknown type is reported; which of its outputs this was cannot be told
        slot = spec.output_index(found.output)
        if slot is None:
            known = [part.name for part in spec.outputs]
            at, name = scope.prefix + node.id, found.node.title or found.node.id
            self.problems.append(
                problem("wire.unknown_output", at=at, socket=item.name, source=name, output=found.output, known=known)
            )
        return slot
