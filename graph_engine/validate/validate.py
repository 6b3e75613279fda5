"""Is this graph fit to run? Answers with problems, what they touch, and the graph with its values brought to type."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.plan.reach import cycles, downstream, reachable
from graph_engine.spec.node import Catalogue, InputSpec, NodeSpec
from graph_engine.validate.limits import DEFAULT_LIMITS, Limits
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem
from graph_engine.validate.types import ANY, types_match
from graph_engine.validate.values import FileLookup, ValueRefused, checked_value, value_of_kind


@dataclass(frozen=True)
class Validation:
    """What :func:`validate` found.

    ``graph`` holds every node of the graph given; those that the outputs need have their values brought to type.
    ``outputs`` are the roots asked for; ``runnable`` those of them that no error reaches.
    """

    graph: Graph
    problems: tuple[Problem, ...]
    outputs: tuple[str, ...]
    runnable: tuple[str, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop something from running."""
        return tuple(item for item in self.problems if item.severity == "error")

    def outputs_behind(self, node_id: str) -> tuple[str, ...]:
        """The outputs that depend on ``node_id``."""
        touched = downstream(self.graph, reachable(self.graph, self.outputs), [node_id])
        return tuple(item for item in self.outputs if item in touched)


@dataclass
class _Findings:
    """Collects problems while a graph is walked."""

    catalogue: Catalogue
    files: FileLookup | None
    limits: Limits
    problems: list[Problem] = field(default_factory=list[Problem])
    bad_nodes: set[str] = field(default_factory=set[str])

    def add(self, code: str, node: str | None = None, socket: str | None = None, **params: Any) -> None:
        self.problems.append(problem(code, at=node, socket=socket, **params))
        if node is not None:
            self.bad_nodes.add(node)


def validate(
    graph: Graph,
    catalogue: Catalogue,
    *,
    targets: Sequence[str] | None = None,
    files: FileLookup | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Validation:
    """Check what the output nodes (or ``targets``) need; other nodes may be unfinished. Never raises on a bad graph.

    ``files`` answers whether a file exists; None leaves file names unchecked. Linear in nodes and wires.
    """
    findings = _Findings(catalogue, files, limits)
    outputs = _outputs(graph, catalogue, targets, findings)
    needed = reachable(graph, outputs)
    nodes = dict(graph.nodes)
    for node_id in needed:
        nodes[node_id] = _checked_node(graph, graph.nodes[node_id], findings)
    for ring in cycles(graph, needed):
        findings.add("graph.cycle", ring[0], path=[*ring, ring[0]])
        findings.bad_nodes.update(ring)
    spoilt = downstream(graph, needed, findings.bad_nodes) if findings.bad_nodes else set[str]()
    return Validation(
        graph=Graph(nodes),
        problems=tuple(findings.problems),
        outputs=tuple(outputs),
        runnable=tuple(node_id for node_id in outputs if node_id not in spoilt),
    )


def _outputs(graph: Graph, catalogue: Catalogue, targets: Sequence[str] | None, findings: _Findings) -> list[str]:
    if not graph.nodes:
        findings.add("graph.empty")
        return []
    if len(graph.nodes) > findings.limits.nodes:
        findings.add("graph.too_large", count=len(graph.nodes), limit=findings.limits.nodes)
        return []
    if targets is not None:
        for target in targets:
            if target not in graph.nodes:
                findings.add("graph.unknown_target", target=target)
        return list(dict.fromkeys(target for target in targets if target in graph.nodes))
    outputs: list[str] = []
    for node_id, node in graph.nodes.items():
        spec = catalogue.get(node.type)
        # An unknown type may well be the output that the person is waiting for, so it is reported, not skipped.
        if spec is None or spec.is_output:
            outputs.append(node_id)
    if not any((spec := catalogue.get(graph.nodes[node_id].type)) and spec.is_output for node_id in outputs):
        findings.add("graph.no_outputs")
    return outputs


def _checked_node(graph: Graph, node: GraphNode, findings: _Findings) -> GraphNode:
    spec = findings.catalogue.get(node.type)
    if spec is None:
        findings.add("node.unknown_type", node.id, type=node.type)
        return node
    if len(node.inputs) > findings.limits.inputs_per_node:
        findings.add("node.too_many_inputs", node.id, count=len(node.inputs), limit=findings.limits.inputs_per_node)
        return node
    inputs: dict[str, Any] = {}
    for item in spec.inputs:
        value = node.inputs.get(item.name)
        if value is None:
            if item.required:
                findings.add("input.missing", node.id, item.name, input=item.name, type=item.type)
        elif isinstance(value, Link):
            _check_link(graph, node, replace(item, type=ANY) if spec.checks_types else item, value, findings)
            inputs[item.name] = value
        else:
            inputs[item.name] = _checked_constant(node, item, value, findings)
    if spec.further_inputs:
        known = {item.name for item in spec.inputs}
        for name, value in node.inputs.items():
            if name not in known and (isinstance(value, Link) or spec.further_inputs == "any"):
                inputs[name] = value
                if isinstance(value, Link):
                    _check_link(graph, node, InputSpec(name=name, type=ANY), value, findings)
    return GraphNode(node.id, node.type, inputs, node.title)


def _check_link(graph: Graph, node: GraphNode, item: InputSpec, link: Link, findings: _Findings) -> None:
    source = graph.nodes.get(link.source)
    if source is None:
        findings.add("link.unknown_node", node.id, item.name, input=item.name, source=link.source)
        return
    spec: NodeSpec | None = findings.catalogue.get(source.type)
    if spec is None:
        return  # reported on the source itself
    if not 0 <= link.slot < len(spec.outputs):
        findings.add(
            "link.unknown_output",
            node.id,
            item.name,
            input=item.name,
            source=source.title or link.source,
            slot=link.slot,
            count=len(spec.outputs),
        )
        return
    given = spec.outputs[link.slot].type
    if not types_match(given, item.type):
        findings.add(
            "link.type_mismatch",
            node.id,
            item.name,
            input=item.name,
            expected=item.type,
            received=given,
            source=source.title or link.source,
        )


def _checked_constant(node: GraphNode, item: InputSpec, value: Any, findings: _Findings) -> Any:
    if item.widget is None:
        if item.type != ANY and not item.any_value:
            findings.add("input.needs_wire", node.id, item.name, input=item.name, type=item.type)
        return value
    try:
        if item.unbounded:
            return value_of_kind(item.widget, value, findings.limits)
        return checked_value(item.widget, value, findings.files, findings.limits)
    except ValueRefused as refusal:
        findings.add(refusal.code, node.id, item.name, input=item.name, **refusal.params)
        return value
