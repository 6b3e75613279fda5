"""Our workflow document in ComfyUI's canvas form (workflow JSON 0.4 or 1.0), so that ComfyUI opens what we save.

Written from the format's description. In 0.4, links are ``[id, origin node, origin slot, target node, target slot,
type]`` and reroutes stand under ``extra``; in 1.0, links are objects, reroutes stand at the top, and ``state`` holds
the last numbers given. In both, widget values travel by position, a seed is followed by its *control after generate*
value, and sub-graph definitions are in the form of 1.0. Named wires become links where both ends are on one canvas;
there is no other form for them.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from compat.comfyui.canvas.drawing import CanvasDrawing, Json
from compat.comfyui.canvas.frames import groups_of, notes_of
from compat.comfyui.canvas.parts import as_numbers, as_object, as_objects
from compat.comfyui.canvas.reading import ENTRY_ID, EXIT_ID, CanvasVersion
from graph_engine.spec.node import Catalogue

BOUNDS = {"inputNode": (-200.0, 0.0, 120.0, 60.0), "outputNode": (2000.0, 0.0, 120.0, 60.0)}
"""Where a sub-graph's two ends stand when nobody has said."""


def document_to_canvas(
    document: Mapping[str, Any], catalogue: Catalogue, version: CanvasVersion = "0.4"
) -> dict[str, Any]:
    """The document as workflow JSON.

    Nodes of unknown types are written with the sockets and values they were read with, where they came from a canvas;
    wires that name a socket nobody has are left out. Our own ids travel in ``properties.noiseloom_id``.
    """
    definitions = {str(item.get("id")): item for item in as_objects(document.get("subgraphs"))}
    root = CanvasDrawing(document, catalogue, definitions)
    kept = {key: value for key, value in as_object(document.get("comfyui")).items() if key not in DERIVED}
    parts = _parts(document, root)
    extra: dict[str, Any] = {
        **{key: value for key, value in as_object(kept.get("extra")).items() if key not in DERIVED_EXTRA},
        "ds": {**as_object(as_object(kept.get("extra")).get("ds")), **_seen(as_object(document.get("view")))},
        "noiseloom": {"title": document.get("title", "")},
    }
    result: dict[str, Any] = {
        **kept,
        "id": document.get("id", ""),
        "revision": 0,
        **(parts if version == "1.0" else _older(parts, extra)),
        "config": as_object(kept.get("config")),
        "extra": extra,
    }
    if definitions:
        stated = [_definition(item, catalogue, definitions) for item in definitions.values()]
        result["definitions"] = {"subgraphs": stated}
    return result


DERIVED = frozenset(("version", "revision", "state", "last_node_id", "last_link_id"))
"""What a file of either form says of itself, and not of the workflow."""
DERIVED_EXTRA = frozenset(("reroutes", "linkExtensions", "noiseloom"))
"""The same of its ``extra``."""


def _parts(stated: Json, drawing: CanvasDrawing) -> dict[str, Any]:
    """What a canvas has, in the form of 1.0."""
    numbers = [number for number in drawing.numbers.values() if number > 0]
    notes, groups = notes_of(stated, numbers), groups_of(stated)
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    links: list[dict[str, Any]] = [dict(zip(names, link, strict=True)) for link in drawing.links]
    for link in links:
        if (parent := drawing.dots.parents.get(link["id"])) is not None:
            link["parentId"] = parent
    return {
        "version": 1,
        "state": {
            "lastGroupId": max((group["id"] for group in groups), default=0),
            "lastNodeId": max((*numbers, *(note["id"] for note in notes)), default=0),
            "lastLinkId": len(links),
            "lastRerouteId": max((dot["id"] for dot in drawing.dots.written), default=0),
        },
        "nodes": [*drawing.nodes(), *notes],
        "links": links,
        "groups": groups,
        "reroutes": drawing.dots.written,
    }


def _older(parts: Mapping[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """The same in the form of 0.4; what that has no place for goes into ``extra``."""
    led = [{"id": link["id"], "parentId": link["parentId"]} for link in parts["links"] if "parentId" in link]
    if parts["reroutes"]:
        extra |= {"reroutes": parts["reroutes"], "linkExtensions": led}
    return {
        "last_node_id": parts["state"]["lastNodeId"],
        "last_link_id": parts["state"]["lastLinkId"],
        "nodes": parts["nodes"],
        "links": [[value for key, value in link.items() if key != "parentId"] for link in parts["links"]],
        "groups": parts["groups"],
        "version": 0.4,
    }


def _seen(view: Json) -> dict[str, Any]:
    """The view. Our offset is in pixels of the window, theirs in units of the canvas."""
    place = as_numbers([view.get("x"), view.get("y"), view.get("zoom")], 3)
    if place is None or place[2] <= 0:
        return {}
    return {"scale": place[2], "offset": [place[0] / place[2], place[1] / place[2]]}


def _definition(stated: Json, catalogue: Catalogue, definitions: Mapping[str, Json]) -> dict[str, Any]:
    inside = CanvasDrawing(stated, catalogue, definitions, inside=True)
    parts = _parts(stated, inside)
    kept, boundary = as_object(stated.get("comfyui")), as_object(stated.get("boundary"))
    return {
        **kept,
        "id": stated.get("id"),
        "revision": 0,
        **parts,
        "name": stated.get("title", ""),
        "inputNode": {"id": int(ENTRY_ID), "bounding": _bounds("inputNode", kept, boundary.get("inputs"))},
        "outputNode": {"id": int(EXIT_ID), "bounding": _bounds("outputNode", kept, boundary.get("outputs"))},
        "inputs": _faces(stated, "inputs", parts["links"], "origin"),
        "outputs": _faces(stated, "outputs", parts["links"], "target"),
        "widgets": [],
    }


def _bounds(name: str, kept: Json, moved: Any) -> list[float]:
    """Where an end of a sub-graph stands: as it came, at the place that a person gave it since, or beside all nodes."""
    bounds = as_numbers(as_object(kept.get(name)).get("bounding"), 4) or list(BOUNDS[name])
    place = as_numbers(moved, 2)
    return bounds if place is None else [*place, *bounds[2:]]


def _faces(stated: Json, side: str, links: list[dict[str, Any]], end: str) -> list[dict[str, Any]]:
    boundary = int(ENTRY_ID if side == "inputs" else EXIT_ID)
    of_slot: defaultdict[int, list[int]] = defaultdict(list)
    for link in links:
        if link[f"{end}_id"] == boundary:
            of_slot[link[f"{end}_slot"]].append(link["id"])
    return [
        {**{key: item[key] for key in ("id", "name", "type") if key in item}, "linkIds": of_slot.get(index, [])}
        for index, item in enumerate(as_objects(stated.get(side)))
    ]
