"""Canvas JSON of any form as plain facts: nodes, links between slots, dots on links, groups.

The forms differ in small ways: 0.4 writes links as lists and dots under ``extra``; 1.0 writes both as objects at the
top; sub-graph definitions are always in the form of 1.0. What is not understood stays in ``raw``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from compat.comfyui.canvas.parts import Json, as_integer, as_list, as_object, as_objects, as_text, pair

ENTRY_ID = "-10"
"""The node that stands for a sub-graph's inputs inside it."""

EXIT_ID = "-20"
"""The node that stands for a sub-graph's outputs inside it."""


@dataclass(frozen=True)
class Slot:
    """An input or output as saved. ``widget`` is the widget it stands for, if it does."""

    name: str
    type: str
    link: int | None = None
    widget: str | None = None


@dataclass(frozen=True)
class CanvasNode:
    """A node as saved. ``values`` are its widgets' by position, or by name where the file has them so."""

    id: str
    type: str
    title: str
    mode: int
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    values: tuple[Any, ...] | Mapping[str, Any]
    raw: Json


@dataclass(frozen=True)
class CanvasLink:
    """From an output slot to an input slot. ``parent`` is the last dot on it, nearest to its target."""

    id: int
    origin: str
    origin_slot: int
    target: str
    target_slot: int
    type: str = "*"
    parent: int | None = None


@dataclass(frozen=True)
class Dot:
    """A reroute: ``parent`` is the dot before it."""

    id: int
    position: tuple[float, float]
    parent: int | None = None


@dataclass(frozen=True)
class CanvasGraph:
    """One canvas: the root's or a sub-graph's."""

    nodes: Mapping[str, CanvasNode]
    links: Mapping[int, CanvasLink]
    dots: Mapping[int, Dot]
    groups: tuple[Json, ...]
    raw: Json
    skipped: int = 0
    into: Mapping[tuple[str, int], CanvasLink] = field(default_factory=dict[tuple[str, int], CanvasLink])
    """Links by target and slot."""


CanvasVersion = Literal["0.4", "1.0"]


def canvas_version(value: Any) -> CanvasVersion | None:
    """Which form of canvas JSON this JSON value looks like; None: it is no canvas."""
    if not isinstance(value, Mapping) or "noiseloom" in value:
        return None
    stated = as_object(value)
    if not isinstance(stated.get("nodes"), list):
        return None
    return "1.0" if stated.get("version") == 1 else "0.4"


def is_canvas(value: Any) -> bool:
    """Whether this JSON value looks like canvas JSON of either form."""
    return canvas_version(value) is not None


def read_graph(raw: Json) -> CanvasGraph:
    """Read one canvas. Parts that are not what they should be are left out and counted in ``skipped``."""
    extra = as_object(raw.get("extra"))
    extensions = as_objects(extra.get("linkExtensions"))
    said = [(as_integer(item.get("id")), as_integer(item.get("parentId"))) for item in extensions]
    parents = {number: parent for number, parent in said if number is not None and parent is not None}
    stated_nodes, stated_links = as_list(raw.get("nodes")), as_list(raw.get("links"))
    nodes = [node for item in stated_nodes if (node := _node(item)) is not None]
    links = [link for item in stated_links if (link := _link(item, parents)) is not None]
    dots = [dot for item in [*as_list(raw.get("reroutes")), *as_list(extra.get("reroutes"))] if (dot := _dot(item))]
    return CanvasGraph(
        nodes={node.id: node for node in nodes},
        links={link.id: link for link in links},
        dots={dot.id: dot for dot in dots},
        groups=tuple(as_objects(raw.get("groups"))),
        raw=raw,
        skipped=len(stated_nodes) + len(stated_links) - len(nodes) - len(links),
        into={(link.target, link.target_slot): link for link in links},
    )


def definitions(raw: Json) -> dict[str, Json]:
    """All sub-graph definitions of a file by id, those inside others too."""
    found: dict[str, Json] = {}
    waiting = [raw]
    while waiting:
        holder = waiting.pop()
        stated = [*as_list(as_object(holder.get("definitions")).get("subgraphs")), *as_list(holder.get("subgraphs"))]
        for item in stated:
            key = as_text(as_object(item).get("id"))
            if key and key not in found:
                found[key] = as_object(item)
                waiting.append(found[key])
    return found


def _node(value: Any) -> CanvasNode | None:
    if not isinstance(value, Mapping) or value.get("id") is None or isinstance(value.get("id"), (list, dict)):
        return None
    raw = as_object(value)
    values: Any = raw.get("widgets_values_named") or raw.get("widgets_values") or ()
    mode = as_integer(raw.get("mode"))
    return CanvasNode(
        id=str(raw["id"]),
        type=str(raw.get("type") or ""),
        title=as_text(raw.get("title")),
        mode=mode or 0,
        inputs=tuple(_slot(item) for item in as_list(raw.get("inputs"))),
        outputs=tuple(_slot(item) for item in as_list(raw.get("outputs"))),
        values=as_object(values) if isinstance(values, Mapping) else tuple(as_list(values)),
        raw=raw,
    )


def _slot(value: Any) -> Slot:
    stated = as_object(value)
    widget = as_text(as_object(stated.get("widget")).get("name"))
    kind: Any = stated.get("type")
    return Slot(
        name=str(stated.get("name") or ""),
        type=",".join(str(item) for item in as_list(kind)) if isinstance(kind, list) else str(kind or "*"),
        link=as_integer(stated.get("link")),
        widget=widget or None,
    )


def _link(value: Any, parents: Mapping[int, int]) -> CanvasLink | None:
    if isinstance(value, Mapping):
        stated = as_object(value)
        names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
        parts: list[Any] = [stated.get(name) for name in names]
        parent = as_integer(stated.get("parentId"))
    else:
        parts, parent = as_list(value), None
    if len(parts) < 5:
        return None
    number, origin_slot, target_slot = (as_integer(parts[index]) for index in (0, 2, 4))
    if number is None or origin_slot is None or target_slot is None or None in (parts[1], parts[3]):
        return None
    kind = str(parts[5]) if len(parts) > 5 and parts[5] is not None else "*"
    known = parent if parent is not None else parents.get(number)
    return CanvasLink(number, str(parts[1]), origin_slot, str(parts[3]), target_slot, kind, known)


def _dot(value: Any) -> Dot | None:
    stated = as_object(value)
    number = as_integer(stated.get("id"))
    return None if number is None else Dot(number, pair(stated.get("pos")), as_integer(stated.get("parentId")))
