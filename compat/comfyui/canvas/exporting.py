"""Our workflow document in ComfyUI's canvas form (workflow JSON 0.4), so that ComfyUI opens what we save.

Written from the format's description: links are ``[id, origin node, origin slot, target node, target slot, type]``,
widget values travel by position, and a seed is followed by its *control after generate* value.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graph_engine.spec.node import Catalogue, IntegerWidget, NodeSpec

MODES = {"active": 0, "muted": 2, "bypassed": 4}
DEFAULT_SIZE = (240, 120)


def document_to_canvas(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The document as workflow JSON 0.4.

    Nodes of unknown types keep their values in ``properties`` (their widgets' order is not known here); wires that
    name a socket the catalogue does not have are left out. Our own ids travel in ``properties.noiseloom_id``.
    """
    nodes: Sequence[Mapping[str, Any]] = document.get("nodes", ())
    numbers = {node["id"]: index for index, node in enumerate(nodes, start=1)}
    wires = _wires(document, catalogue, numbers)
    into = {(wire[3], wire[4]): wire[0] for wire in wires}
    out_of: dict[tuple[int, int], list[int]] = {}
    for wire in wires:
        out_of.setdefault((wire[1], wire[2]), []).append(wire[0])
    return {
        "id": document.get("id", ""),
        "revision": 0,
        "last_node_id": len(nodes),
        "last_link_id": len(wires),
        "nodes": [
            _node(node, order, numbers[node["id"]], catalogue.get(node["type"]), into, out_of)
            for order, node in enumerate(nodes)
        ],
        "links": wires,
        "groups": [
            {"title": frame.get("title", ""), "bounding": frame.get("bounds", [0, 0, 100, 100]), "flags": {}}
            for frame in document.get("frames", ())
        ],
        "config": {},
        "extra": {"noiseloom": {"title": document.get("title", "")}},
        "version": 0.4,
    }


def _wires(
    document: Mapping[str, Any], catalogue: Catalogue, numbers: Mapping[str, int]
) -> list[tuple[int, int, int, int, int, str]]:
    types = {node["id"]: catalogue.get(node["type"]) for node in document.get("nodes", ())}
    result: list[tuple[int, int, int, int, int, str]] = []
    for wire in document.get("wires", ()):
        (source, output), (target, name) = wire["from"], wire["to"]
        upper, lower = types.get(source), types.get(target)
        slot = upper.output_index(output) if upper else None
        position = next((i for i, item in enumerate(lower.inputs) if item.name == name), None) if lower else None
        if upper is None or slot is None or position is None:
            continue
        kind = upper.outputs[slot].type
        result.append((len(result) + 1, numbers[source], slot, numbers[target], position, kind))
    return result


def _node(
    node: Mapping[str, Any],
    order: int,
    number: int,
    spec: NodeSpec | None,
    into: Mapping[tuple[int, int], int],
    out_of: Mapping[tuple[int, int], list[int]],
) -> dict[str, Any]:
    properties: dict[str, Any] = {"Node name for S&R": node["type"], "noiseloom_id": node["id"]}
    result: dict[str, Any] = {
        "id": number,
        "type": node["type"],
        "pos": list(node.get("position", (0, 0))),
        "size": list(node.get("size") or DEFAULT_SIZE),
        "flags": {"collapsed": True} if node.get("collapsed") else {},
        "order": order,
        "mode": MODES.get(node.get("mode", "active"), 0),
        "inputs": [],
        "outputs": [],
        "properties": properties,
        "widgets_values": [],
    }
    if node.get("title"):
        result["title"] = node["title"]
    if spec is None:
        properties["noiseloom_widgets"] = dict(node.get("widgets", {}))
        return result
    for position, item in enumerate(spec.inputs):
        entry: dict[str, Any] = {"name": item.name, "type": item.type, "link": into.get((number, position))}
        if item.widget is not None:
            entry["widget"] = {"name": item.name}
        result["inputs"].append(entry)
    result["outputs"] = [
        {"name": item.name, "type": item.type, "slot_index": slot, "links": out_of.get((number, slot), [])}
        for slot, item in enumerate(spec.outputs)
    ]
    result["widgets_values"] = _widget_values(node.get("widgets", {}), spec)
    return result


def _widget_values(values: Mapping[str, Any], spec: NodeSpec) -> list[Any]:
    result: list[Any] = []
    for item in spec.inputs:
        if item.widget is None:
            continue
        value = values.get(item.name, item.widget.default)
        if isinstance(item.widget, IntegerWidget):
            value = int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value
            result += [value, "fixed"] if item.widget.seed else [value]
        else:
            result.append(value)
    return result
