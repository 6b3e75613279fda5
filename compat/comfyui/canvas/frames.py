"""Groups and notes of a canvas as frames and comments, and the way back."""

from collections.abc import Collection, Mapping
from typing import Any

from compat.comfyui.canvas.numbers import numbered
from compat.comfyui.canvas.parts import Json, as_numbers, as_object, as_objects, as_text, pair
from compat.comfyui.canvas.reading import CanvasGraph, CanvasNode
from compat.comfyui.canvas.tints import read_color, write_color

NOTES = ("Note", "MarkdownNote")
PLAIN_TITLES = (*NOTES, "Markdown Note")
"""What a note is called that nobody named."""
COLORS = ("#432", "#653")
"""Head and body of a note that nobody coloured."""
SIZE = (240.0, 120.0)


def frames_of(graph: CanvasGraph) -> list[dict[str, Any]]:
    """A frame for each group, a comment for each note."""
    frames: list[dict[str, Any]] = []
    for index, group in enumerate(graph.groups, start=1):
        bounds = as_numbers(group.get("bounding"), 4)
        if bounds is None:
            continue
        rest = {key: value for key, value in group.items() if key not in ("id", "title", "bounding", "color")}
        if not rest.get("flags"):
            rest.pop("flags", None)
        frame: dict[str, Any] = {
            "id": f"group-{group.get('id', index)}",
            "title": as_text(group.get("title")),
            "note": "",
            "bounds": bounds,
            "color": read_color(as_text(group.get("color"))),
        }
        frames.append({**frame, "comfyui": rest} if rest else frame)
    frames += [_comment(node) for node in graph.nodes.values() if node.type in NOTES]
    return frames


def groups_of(stated: Json) -> list[dict[str, Any]]:
    """The frames that hold nodes, as a canvas's groups. A frame's own line of text has no place there."""
    frames = [frame for frame in as_objects(stated.get("frames")) if not _is_comment(frame)]
    numbers = numbered([str(frame.get("id")) for frame in frames], prefix="group-")
    return [
        {
            "flags": {},
            **as_object(frame.get("comfyui")),
            "id": numbers[str(frame.get("id"))],
            "title": frame.get("title", ""),
            "bounding": frame.get("bounds", [0, 0, 100, 100]),
            **({"color": write_color(color)} if (color := as_text(frame.get("color"))) else {}),
        }
        for frame in frames
    ]


def notes_of(stated: Json, taken: Collection[int]) -> list[dict[str, Any]]:
    """The comments as note nodes in a note's usual colours, under numbers that no node has."""
    comments = [frame for frame in as_objects(stated.get("frames")) if _is_comment(frame)]
    numbers = numbered([str(frame.get("id")) for frame in comments], set(taken), "note-")
    return [_note_node(frame, numbers[str(frame.get("id"))]) for frame in comments]


def _is_comment(frame: Json) -> bool:
    # Notes that were read before there were comments are frames that say what they had been.
    return frame.get("kind") == "comment" or as_object(frame.get("comfyui")).get("node") in NOTES


def _note_node(frame: Json, number: int) -> dict[str, Any]:
    kept = as_object(frame.get("comfyui"))
    head, body = as_text(kept.get("color")), as_text(kept.get("bgcolor"))
    color = as_text(frame.get("color"))
    if color not in ("", "yellow", body):
        head, body = "", write_color(color)
    left, top, width, height = as_numbers(frame.get("bounds"), 4) or (0.0, 0.0, *SIZE)
    node: dict[str, Any] = {
        "id": number,
        "type": kept.get("node") if kept.get("node") in NOTES else "MarkdownNote",
        "pos": [left, top],
        "size": [width, height],
        "flags": {},
        "order": number - 1,
        "mode": 0,
        "inputs": [],
        "outputs": [],
        "properties": {},
        "widgets_values": [as_text(frame.get("note"))],
        "color": head or COLORS[0],
        "bgcolor": body or COLORS[1],
    }
    return {**node, "title": frame["title"]} if frame.get("title") else node


def _comment(node: CanvasNode) -> dict[str, Any]:
    values = list(node.values.values() if isinstance(node.values, Mapping) else node.values)
    text = next((value for value in values if isinstance(value, str)), "")
    x, y = pair(node.raw.get("pos"))
    width, height = pair(node.raw.get("size"), SIZE)
    stated = {key: as_text(node.raw.get(key)) for key in ("color", "bgcolor")}
    colors = {key: value for key, value in stated.items() if value and value not in COLORS}
    own = colors.get("bgcolor", COLORS[1])
    return {
        "id": f"note-{node.id}",
        "kind": "comment",
        "title": "" if node.title in PLAIN_TITLES else node.title or "",
        "note": text,
        "bounds": [x, y, width, height],
        "color": "yellow" if own == COLORS[1] else read_color(own),
        "comfyui": {"node": node.type, **colors},
    }
