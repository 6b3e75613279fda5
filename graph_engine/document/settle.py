"""A document saved for other node types than those of today: widgets that were renamed find their values again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph_engine.document.workflow import Canvas, Workflow, WorkflowNode
from graph_engine.spec.node import Catalogue, NodeSpec
from graph_engine.validate.fitting import fits
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem


def settle(workflow: Workflow, catalogue: Catalogue) -> tuple[Workflow, tuple[Problem, ...]]:
    """Give values by names that a node no longer has to the next widget, in order, that has none and takes such values.

    Names come first and are never changed where they still hold. What is moved is told, and what finds no place is
    told and kept: another version may know it.
    """
    notes: list[Problem] = []

    def settled(canvas: Canvas) -> Canvas:
        return replace(canvas, nodes=tuple(_settled(node, catalogue, notes) for node in canvas.nodes))

    subgraphs = tuple(replace(item, canvas=settled(item.canvas)) for item in workflow.subgraphs)
    return replace(workflow, canvas=settled(workflow.canvas), subgraphs=subgraphs), tuple(notes)


def _settled(node: WorkflowNode, catalogue: Catalogue, notes: list[Problem]) -> WorkflowNode:
    spec = catalogue.get(node.type)
    if spec is None:
        return node
    known = {item.name for item in spec.inputs}
    strange = [name for name in node.widgets if name not in known]
    if not strange:
        return node
    return replace(node, widgets=_placed(node, spec, strange, notes))


def _placed(node: WorkflowNode, spec: NodeSpec, strange: list[str], notes: list[Problem]) -> Mapping[str, Any]:
    widgets = dict(node.widgets)
    free = [item for item in spec.inputs if item.widget is not None and item.name not in widgets]
    for name in strange:
        place = next((index for index, item in enumerate(free) if fits(item, widgets[name])), None)
        if place is None:
            shown = str(widgets[name])[:60]
            notes.append(problem("import.value_dropped", at=node.id, severity="warning", value=shown))
            continue
        target = free[place].name
        del free[: place + 1]
        widgets[target] = widgets.pop(name)
        notes.append(problem("import.value_moved", at=node.id, socket=target, severity="warning", input=target))
    return widgets
