"""What a v1 node returns, as a result of this engine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compat.comfyui.worker.blocker import ExecutionBlocker, is_link
from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.spec.result import Blocked, NodeResult


@dataclass(frozen=True)
class Outputs:
    """What a class states of its outputs: for each, whether it is a list; and whether it is an output node."""

    name: str
    lists: tuple[bool, ...]
    is_output: bool


def node_result(raw: Any, outputs: Outputs) -> NodeResult:
    """A tuple, a dict of ``ui``, ``result`` and ``expand``, a blocker or nothing. Raises TypeError, with a sentence."""
    ui: Mapping[str, Sequence[Any]] = {}
    expand: Graph | None = None
    values = raw
    if isinstance(raw, Mapping):
        stated: Mapping[str, Any] = raw  # pyright: ignore[reportUnknownVariableType]
        ui = shown(stated.get("ui"))
        expand = expanded(stated["expand"]) if "expand" in stated else None
        values = stated.get("result")
    return NodeResult(values=_values(values, outputs, links=expand is not None), ui=ui, expand=expand)


def _values(values: Any, outputs: Outputs, *, links: bool) -> tuple[Any, ...]:
    count = len(outputs.lists)
    if isinstance(values, ExecutionBlocker):
        return (Blocked(values.message),) * count
    if values is None:
        values = ()
    elif not isinstance(values, (tuple, list)):
        if count != 1:
            raise TypeError(f"{outputs.name} returned a {type(values).__name__}; a node returns a tuple.")
        values = (values,)
    given: list[Any] = [
        _value(value, is_list, links=links)
        for value, is_list in zip(values, outputs.lists, strict=False)  # pyright: ignore[reportUnknownArgumentType]
    ]
    missing: Any = None
    if not outputs.is_output:
        missing = Blocked(f"{outputs.name} returned {len(given)} values, and states {count}.")
    return (*given, *([missing] * (count - len(given))))


def _value(value: Any, is_list: bool, *, links: bool) -> Any:
    if isinstance(value, ExecutionBlocker):
        return Blocked(value.message)
    if links and is_link(value):
        return Link(value[0], int(value[1]))
    if is_list:
        if not isinstance(value, Iterable):
            raise TypeError(f"An output that is stated to be a list is a {type(value).__name__}.")
        return [Blocked(item.message) if isinstance(item, ExecutionBlocker) else item for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def shown(ui: Any) -> dict[str, list[Any]]:
    """What a node shows: each kind as a list, whatever iterable it came in."""
    if not isinstance(ui, Mapping):
        return {}
    result: dict[str, list[Any]] = {}
    for kind, items in ui.items():  # pyright: ignore[reportUnknownVariableType]
        if items is None:
            result[str(kind)] = []  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(items, (str, bytes, Mapping)) or not isinstance(items, Iterable):
            result[str(kind)] = [items]  # pyright: ignore[reportUnknownArgumentType]
        else:
            result[str(kind)] = list(items)  # pyright: ignore[reportUnknownArgumentType]
    return result


def expanded(graph: Any) -> Graph:
    """An expansion in API form. Raises TypeError, with a sentence."""
    if not isinstance(graph, Mapping):
        raise TypeError(f"An expansion is a dict of nodes, not a {type(graph).__name__}; call finalize().")
    nodes: dict[str, GraphNode] = {}
    for node_id, stated in graph.items():  # pyright: ignore[reportUnknownVariableType]
        name = str(node_id)  # pyright: ignore[reportUnknownArgumentType]
        if not isinstance(stated, Mapping) or "class_type" not in stated:
            raise TypeError(f"Node {name} of an expansion has no class_type.")
        given: Mapping[str, Any] = stated.get("inputs") or {}
        inputs = {key: Link(value[0], int(value[1])) if is_link(value) else value for key, value in given.items()}
        display: Any = stated.get("override_display_id")
        shown_as = None if display is None else str(display)
        nodes[name] = GraphNode(name, str(stated["class_type"]), inputs, display=shown_as)  # pyright: ignore[reportUnknownArgumentType]
    return Graph(nodes)
