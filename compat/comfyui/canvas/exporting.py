"""Our workflow document in ComfyUI's canvas form (workflow JSON 0.4), so that ComfyUI opens what we save.

Written from the format's description: links are ``[id, origin node, origin slot, target node, target slot, type]``,
widget values travel by position, a seed is followed by its *control after generate* value, and sub-graph definitions
are in the form of 1.0. Named wires become links where both ends are on one canvas; there is no other form for them.
"""

from collections.abc import Mapping
from typing import Any

from compat.comfyui.canvas.drawing import CanvasDrawing, Json
from compat.comfyui.canvas.frames import groups_of, notes_of
from compat.comfyui.canvas.parts import as_object, as_objects
from compat.comfyui.canvas.reading import ENTRY_ID, EXIT_ID
from graph_engine.spec.node import Catalogue


def document_to_canvas(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The document as workflow JSON 0.4.

    Nodes of unknown types are written with the sockets and values they were read with, where they came from a canvas;
    wires that name a socket nobody has are left out. Our own ids travel in ``properties.noiseloom_id``.
    """
    definitions = {str(item.get("id")): item for item in as_objects(document.get("subgraphs"))}
    root = CanvasDrawing(document, catalogue, definitions)
    kept = {key: value for key, value in as_object(document.get("comfyui")).items() if key not in ("version", "state")}
    notes = notes_of(document, len(root.numbers))
    result: dict[str, Any] = {
        **kept,
        "id": document.get("id", ""),
        "revision": 0,
        "last_node_id": len(root.numbers) + len(notes),
        "last_link_id": len(root.links),
        "nodes": [*root.nodes(), *notes],
        "links": [list(link) for link in root.links],
        "groups": groups_of(document),
        "config": as_object(kept.get("config")),
        "extra": {**as_object(kept.get("extra")), "noiseloom": {"title": document.get("title", "")}},
        "version": 0.4,
    }
    if definitions:
        stated = [_definition(item, catalogue, definitions) for item in definitions.values()]
        result["definitions"] = {"subgraphs": stated}
    return result


def _definition(stated: Json, catalogue: Catalogue, definitions: Mapping[str, Json]) -> dict[str, Any]:
    inside = CanvasDrawing(stated, catalogue, definitions, inside=True)
    notes = notes_of(stated, len(inside.numbers))
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    links: list[dict[str, Any]] = [dict(zip(names, link, strict=True)) for link in inside.links]
    return {
        **as_object(stated.get("comfyui")),
        "id": stated.get("id"),
        "version": 1,
        "revision": 0,
        "state": {
            "lastGroupId": 0,
            "lastNodeId": len(inside.numbers) + len(notes),
            "lastLinkId": len(links),
            "lastRerouteId": 0,
        },
        "name": stated.get("title", ""),
        "inputNode": {"id": int(ENTRY_ID), "bounding": [-200, 0, 120, 60]},
        "outputNode": {"id": int(EXIT_ID), "bounding": [2000, 0, 120, 60]},
        "inputs": _faces(stated, "inputs", links, "origin"),
        "outputs": _faces(stated, "outputs", links, "target"),
        "widgets": [],
        "nodes": [*inside.nodes(), *notes],
        "links": links,
        "groups": groups_of(stated),
    }


def _faces(stated: Json, side: str, links: list[dict[str, Any]], end: str) -> list[dict[str, Any]]:
    boundary = int(ENTRY_ID if side == "inputs" else EXIT_ID)
    return [
        {
            **{key: item[key] for key in ("id", "name", "type") if key in item},
            "linkIds": [link["id"] for link in links if link[f"{end}_id"] == boundary and link[f"{end}_slot"] == index],
        }
        for index, item in enumerate(as_objects(stated.get(side)))
    ]
