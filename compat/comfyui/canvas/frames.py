"""Groups and notes of a canvas as frames."""

from collections.abc import Mapping
from typing import Any

from compat.comfyui.canvas.parts import as_numbers, as_text, pair
from compat.comfyui.canvas.reading import CanvasGraph, CanvasNode

NOTES = ("Note", "MarkdownNote")


def frames_of(graph: CanvasGraph) -> list[dict[str, Any]]:
    """A frame for each group and each note."""
    frames: list[dict[str, Any]] = []
    for index, group in enumerate(graph.groups, start=1):
        bounds = as_numbers(group.get("bounding"), 4)
        if bounds is None:
            continue
        rest = {key: value for key, value in group.items() if key not in ("title", "bounding", "color")}
        frame: dict[str, Any] = {
            "id": f"group-{group.get('id', index)}",
            "title": as_text(group.get("title")),
            "note": "",
            "bounds": bounds,
            "color": as_text(group.get("color")) or None,
        }
        frames.append({**frame, "comfyui": rest} if rest else frame)
    frames += [_note(node) for node in graph.nodes.values() if node.type in NOTES]
    return frames


def _note(node: CanvasNode) -> dict[str, Any]:
    values = list(node.values.values() if isinstance(node.values, Mapping) else node.values)
    text = next((value for value in values if isinstance(value, str)), "")
    x, y = pair(node.raw.get("pos"))
    width, height = pair(node.raw.get("size"), (240.0, 120.0))
    return {
        "id": f"note-{node.id}",
        "title": node.title or "",
        "note": text,
        "bounds": [x, y, width, height],
        "color": None,
        "comfyui": {"node": node.type},
    }
