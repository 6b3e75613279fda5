"""From run form to a document: what a script sends can be looked at and edited."""

from collections.abc import Mapping
from typing import Any

from graph_engine.document.graph import Graph, Link
from graph_engine.document.workflow import Canvas, Wire, Workflow, WorkflowNode
from graph_engine.plan.order import run_order
from graph_engine.spec.node import Catalogue
from graph_engine.validate.problem import ProblemError

COLUMN, ROW = 320, 220


def decompile(graph: Graph, catalogue: Catalogue, title: str = "") -> Workflow:
    """A document whose run form is ``graph``: nodes in columns by how far they are from a source.

    Slots become names by the catalogue; those of unknown types are called ``output 1`` and so on.
    """
    columns = _columns(graph)
    taken: dict[int, int] = {}
    nodes: list[WorkflowNode] = []
    wires: list[Wire] = []
    for node in graph.nodes.values():
        column = columns.get(node.id, 0)
        row = taken[column] = taken.get(column, -1) + 1
        plain = {name: value for name, value in node.inputs.items() if not isinstance(value, Link)}
        rest = {"position": [column * COLUMN, row * ROW], "size": None, "collapsed": False, "pinned": False}
        nodes.append(WorkflowNode(id=node.id, type=node.type, title=node.title, widgets=plain, rest=rest))
        for name, value in node.inputs.items():
            if isinstance(value, Link) and value.source in graph.nodes:
                output = _output(graph.nodes[value.source].type, value.slot, catalogue)
                wires.append(Wire(source=value.source, output=output, target=node.id, input=name))
    canvas = Canvas(nodes=tuple(nodes), wires=tuple(wires))
    rest: Mapping[str, Any] = {"frames": [], "view": {"x": 0, "y": 0, "zoom": 1}, "extra": {}}
    return Workflow(title=title, canvas=canvas, rest=rest)


def _columns(graph: Graph) -> dict[str, int]:
    """The longest way from a source to each node; empty where the graph has a circle."""
    try:
        order = run_order(graph, graph.nodes)
    except ProblemError:
        return {}
    columns: dict[str, int] = {}
    for node_id in order:
        sources = (value.source for value in graph.nodes[node_id].inputs.values() if isinstance(value, Link))
        columns[node_id] = max((columns[source] + 1 for source in sources if source in columns), default=0)
    return columns


def _output(type_id: str, slot: int, catalogue: Catalogue) -> str:
    spec = catalogue.get(type_id)
    if spec is None or not 0 <= slot < len(spec.outputs):
        return f"output {slot + 1}"
    return spec.outputs[slot].name
