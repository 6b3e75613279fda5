"""Is this graph fit to run? Answers with problems, what they touch, and the graph with its values brought to type."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.plan.order import run_order
from graph_engine.plan.reach import cycles, downstream, reachable
from graph_engine.spec.node import Catalogue, InputSpec, NodeSpec
from graph_engine.validate.limits import DEFAULT_LIMITS, Limits
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem, ProblemError
from graph_engine.validate.types import ANY, types_match
from graph_engine.validate.values import FileLookup, ValueRefused, checked_value, value_of_kind


@dataclass(frozen=True)
class Validation:
    """What :func:`validate` found.

    ``graph`` holds every node of the graph given; those that the outputs need have their values brought to type.
    ``outputs`` are the roots asked for; ``runnable`` those of them that no error reaches. ``order`` is the order in
    which the nodes that the outputs need can run, empty where there is a circle.
    """

    graph: Graph
    problems: tuple[Problem, ...]
    outputs: tuple[str, ...]
    runnable: tuple[str, ...]
    order: tuple[str, ...] = ()

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
    unwired: bool = False
    """Whether a wire to an input that its node does not have was left out."""

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
    order = _order(graph, outputs)
    needed = reachable(graph, outputs) if order is None else order
    changed: dict[str, GraphNode] = {}
    for node_id in needed:
        node = graph.nodes[node_id]
        checked_node = _checked_node(graph, node, findings)
        if checked_node is not node:
            changed[node_id] = checked_node
    checked = Graph({**graph.nodes, **changed}) if changed else graph
    if findings.unwired:
        order = _order(checked, outputs)
    if order is None:
        for ring in cycles(checked, needed):
            findings.add("graph.cycle", ring[0], path=[*ring, ring[0]])
            findings.bad_nodes.update(ring)
    spoilt = downstream(graph, needed, findings.bad_nodes) if findings.bad_nodes else set[str]()
    return Validation(
        graph=checked,
        problems=tuple(findings.problems),
        outputs=tuple(outputs),
        runnable=tuple(node_id for node_id in outputs if node_id not in spoilt),
        order=tuple(order or ()),
    )


def _order(graph: Graph, outputs: Sequence[str]) -> list[str] | None:
    """The order in which what ``outputs`` need can run; None where there is a circle."""
    try:
        return run_order(graph, outputs)
    except ProblemError:
        return None


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
    given = node.inputs
    inputs: dict[str, Any] = {}
    changed = False
    for item in spec.inputs:
        value = given.get(item.name)
        if value is None:
            if item.required:
                findings.add("input.missing", node.id, item.name, input=item.name, type=item.type)
        elif type(value) is Link:
            _check_link(graph, node, replace(item, type=ANY) if spec.checks_types else item, value, findings)
            inputs[item.name] = value
        else:
            inputs[item.name] = checked = _checked_constant(node, item, value, findings)
            changed = changed or checked is not value
    if spec.further_inputs:
        _take_further(graph, node, spec, inputs, findings)
    if len(inputs) != len(given):
        changed = True
        findings.unwired |= any(type(value) is Link for name, value in given.items() if name not in inputs)
    return GraphNode(node.id, node.type, inputs, node.title) if changed else node


def _take_further(graph: Graph, node: GraphNode, spec: NodeSpec, inputs: dict[str, Any], findings: _Findings) -> None:
    """Add the inputs that the node takes by any name."""
    known = {item.name for item in spec.inputs}
    for name, value in node.inputs.items():
        wired = type(value) is Link
        if name in known or not (wired or spec.further_inputs == "any"):
            continue
        inputs[name] = value
        if wired:
            _check_link(graph, node, InputSpec(name=name, type=ANY), value, findings)


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
