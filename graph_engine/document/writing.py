"""Writes documents: the inverse of reading them."""

from typing import Any

from graph_engine.document.form import form_to_json
from graph_engine.document.workflow import VERSION, Canvas, Subgraph, Workflow, WorkflowNode


def workflow_to_json(workflow: Workflow) -> dict[str, Any]:
    """The inverse of :func:`graph_engine.document.reading.workflow_from_json`, at the newest version."""
    result = {"noiseloom": VERSION, "id": workflow.id, "title": workflow.title, **_canvas(workflow.canvas)}
    if workflow.subgraphs:
        result["subgraphs"] = [_subgraph(definition) for definition in workflow.subgraphs]
    if workflow.form is not None:
        result["form"] = form_to_json(workflow.form)
    return {**result, **workflow.rest}


def _subgraph(definition: Subgraph) -> dict[str, Any]:
    return {
        **definition.rest,
        "id": definition.id,
        "title": definition.title,
        "inputs": [{**item.rest, "id": item.id, "name": item.name, "type": item.type} for item in definition.inputs],
        "outputs": [{**item.rest, "id": item.id, "name": item.name, "type": item.type} for item in definition.outputs],
        "widgets": [
            {**item.rest, "id": item.id, "name": item.name, "node": item.node, "widget": item.widget}
            for item in definition.widgets
        ],
        **_canvas(definition.canvas),
    }


def _canvas(canvas: Canvas) -> dict[str, Any]:
    wires: list[dict[str, Any]] = [
        {**wire.rest, "from": [wire.source, wire.output], "to": [wire.target, wire.input]} for wire in canvas.wires
    ]
    named: list[dict[str, Any]] = [
        {**end.rest, "name": end.name, "from": [end.source, end.output]} for end in canvas.sends
    ]
    named += [{**end.rest, "name": end.name, "to": [end.target, end.input]} for end in canvas.receives]
    result: dict[str, Any] = {"nodes": [_node(node) for node in canvas.nodes], "wires": wires}
    return {**result, "named": named} if named else result


def _node(node: WorkflowNode) -> dict[str, Any]:
    return {
        **node.rest,
        "id": node.id,
        "type": node.type,
        "title": node.title,
        "widgets": dict(node.widgets),
        "mode": node.mode,
    }
