"""The run form as JSON, in both directions (ComfyUI's API format)."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.validate.limits import DEFAULT_LIMITS, Limits
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem

_WRAPPED = "__value__"


def graph_from_json(value: Any, limits: Limits = DEFAULT_LIMITS) -> tuple[Graph, tuple[Problem, ...]]:
    """Read ``{"id": {"class_type", "inputs", "_meta"?}}``. What cannot be read is left out and reported.

    Other keys of a node are ignored, as other readers do.
    """
    if not isinstance(value, Mapping):
        return Graph({}), (problem("graph.not_an_object"),)
    if len(value) > limits.nodes:  # pyright: ignore[reportUnknownArgumentType]
        return Graph({}), (problem("graph.too_large", count=len(value), limit=limits.nodes),)  # pyright: ignore[reportUnknownArgumentType]
    problems: list[Problem] = []
    nodes: dict[str, GraphNode] = {}
    for node_id, stated in value.items():  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(node_id, str) or not 0 < len(node_id) <= limits.id_characters:
            problems.append(problem("node.bad_id", id=str(node_id)[:50]))  # pyright: ignore[reportUnknownArgumentType]
            continue
        node = _node_from_json(node_id, stated, problems)
        if node is not None:
            nodes[node_id] = node
    return Graph(nodes), tuple(problems)


def graph_to_json(graph: Graph) -> dict[str, Any]:
    """The inverse of :func:`graph_from_json`."""
    result: dict[str, Any] = {}
    for node_id, node in graph.nodes.items():
        stated: dict[str, Any] = {
            "class_type": node.type,
            "inputs": {name: _input_to_json(value) for name, value in node.inputs.items()},
        }
        if node.title:
            stated["_meta"] = {"title": node.title}
        result[node_id] = stated
    return result


def _is_object(value: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _node_from_json(node_id: str, stated: Any, problems: list[Problem]) -> GraphNode | None:
    if not _is_object(stated):
        problems.append(problem("node.not_an_object", at=node_id))
        return None
    type_id = stated.get("class_type")
    if not isinstance(type_id, str) or not type_id:
        problems.append(problem("node.no_type", at=node_id))
        return None
    given = stated.get("inputs", {})
    if not _is_object(given):
        problems.append(problem("node.not_an_object", at=node_id))
        return None
    inputs: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, (list, tuple)):
            link = _link(value)  # pyright: ignore[reportUnknownArgumentType]
            if link is None:
                problems.append(problem("input.bad_link", at=node_id, socket=name, input=name))
                continue
            inputs[name] = link
        elif _is_object(value) and len(value) == 1 and _WRAPPED in value:
            inputs[name] = value[_WRAPPED]
        else:
            inputs[name] = value
    meta = stated.get("_meta")
    title = meta.get("title") if _is_object(meta) else None
    return GraphNode(node_id, type_id, inputs, title if isinstance(title, str) else "")


def _link(value: Any) -> Link | None:
    if len(value) != 2:
        return None
    source, slot = value
    if not isinstance(source, str) or isinstance(slot, bool) or not isinstance(slot, (int, float)):
        return None
    if isinstance(slot, float) and not slot.is_integer():
        return None
    return Link(source, int(slot))


def _input_to_json(value: Any) -> Any:
    if isinstance(value, Link):
        return [value.source, value.slot]
    if isinstance(value, (list, tuple)):
        return {_WRAPPED: list(value)}  # pyright: ignore[reportUnknownArgumentType]
    if _is_object(value) and len(value) == 1 and _WRAPPED in value:
        return {_WRAPPED: dict(value)}
    return value
