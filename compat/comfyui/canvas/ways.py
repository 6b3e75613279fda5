"""Where a link really comes from: through reroutes of either kind, and named wires."""

from dataclasses import dataclass, field
from typing import Any

from compat.comfyui.canvas.page_nodes import REROUTES
from compat.comfyui.canvas.parts import pair
from compat.comfyui.canvas.reading import CanvasGraph, CanvasLink, CanvasNode

SET = "SetNode"
GET = "GetNode"


@dataclass(frozen=True)
class Way:
    """The upper end of a link: an output of a node, or a name; ``via`` are the ids of the dots, from there on."""

    node: str = ""
    slot: int = 0
    name: str = ""
    via: tuple[str, ...] = ()


def name_of(node: CanvasNode) -> str:
    """The name that a *SetNode* or *GetNode* goes by."""
    values: Any = node.values
    first = next(iter(values.values()), "") if hasattr(values, "values") else (values[0] if values else "")
    return first if isinstance(first, str) and first else node.title.removeprefix("Set_").removeprefix("Get_")


@dataclass
class Ways:
    """Follows links upwards on one canvas; every reroute on the way becomes a dot."""

    graph: CanvasGraph
    dots: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def of(self, link: CanvasLink) -> Way | None:
        """The upper end of a link, or None when it hangs in the air."""
        via: list[str] = []
        seen: set[str] = set()
        while True:
            via = self._native(link) + via
            origin = self.graph.nodes.get(link.origin)
            if origin is None or origin.type not in (*REROUTES, SET, GET):
                return Way(link.origin, link.origin_slot, via=tuple(via))
            if origin.type == GET:
                return Way(name=name_of(origin), via=tuple(via))
            if origin.id in seen:
                return None
            seen.add(origin.id)
            if origin.type in REROUTES:
                via = [self._dot(f"reroute-{origin.id}", pair(origin.raw.get("pos"))), *via]
            upper = self.graph.into.get((origin.id, 0))
            if upper is None:
                return None
            link = upper

    def _native(self, link: CanvasLink) -> list[str]:
        found: list[str] = []
        number = link.parent
        while number is not None and number in self.graph.dots and len(found) <= len(self.graph.dots):
            dot = self.graph.dots[number]
            found.append(self._dot(f"dot-{number}", dot.position))
            number = dot.parent
        return found[::-1]

    def _dot(self, dot_id: str, position: tuple[float, float]) -> str:
        self.dots[dot_id] = {"id": dot_id, "position": list(position)}
        return dot_id
