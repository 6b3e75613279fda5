"""Sub-graph definitions of a canvas: their sockets, what instances promote, and their inside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compat.comfyui.canvas.parts import Json, as_list, as_object, as_objects, as_text
from compat.comfyui.canvas.reading import CanvasGraph, CanvasNode

INPUT_PROXY = "-1"
"""In a list of promoted widgets: not an inner node's, but one that stands for an input of the sub-graph."""


@dataclass(frozen=True)
class Face:
    """An input or output of a definition."""

    id: str
    name: str
    type: str


@dataclass
class SubgraphFaces:
    """How definitions look from outside. ``graphs`` are their insides, ``stated`` their JSON, by id."""

    graphs: Mapping[str, CanvasGraph]
    stated: Mapping[str, Json]
    _promoted: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict[str, dict[str, tuple[str, str]]])

    def is_instance(self, node: CanvasNode) -> bool:
        """Whether the node is a placed sub-graph of this file."""
        return node.type in self.stated

    def sockets(self, key: str, side: str) -> list[Face]:
        """The ``"inputs"`` or ``"outputs"`` of a definition, in order."""
        return [
            Face(
                as_text(item.get("id")) or f"{side}-{index}",
                as_text(item.get("name")) or f"{side[:-1]} {index + 1}",
                as_text(item.get("type")) or "*",
            )
            for index, item in enumerate(as_objects(self.stated[key].get(side)))
        ]

    def note_instances(self, graph: CanvasGraph) -> None:
        """Learn from the instances on a canvas which inner widgets they promote."""
        for node in graph.nodes.values():
            if self.is_instance(node):
                for owner, widget in proxies(node):
                    if owner != INPUT_PROXY:
                        self._promoted.setdefault(node.type, {})[promoted_id(owner, widget)] = (owner, widget)

    def promoted(self, key: str) -> Mapping[str, tuple[str, str]]:
        """Inner node and widget by the id of the promotion."""
        return self._promoted.get(key, {})

    def widget_ids(self, node: CanvasNode) -> list[str]:
        """By which ids the values saved on an instance go, in their order."""
        inputs = {face.name: face.id for face in self.sockets(node.type, "inputs")}
        stated = proxies(node)
        standing_for_inputs = [inputs[slot.name] for slot in node.inputs if slot.widget and slot.name in inputs]
        if any(owner == INPUT_PROXY for owner, _ in stated):
            standing_for_inputs = []
        return standing_for_inputs + [
            inputs.get(widget, widget) if owner == INPUT_PROXY else promoted_id(owner, widget)
            for owner, widget in stated
        ]


def promoted_id(owner: str, widget: str) -> str:
    """The id of a promoted widget: stable as long as the inner node is."""
    return f"{owner}.{widget}"


def proxies(node: CanvasNode) -> list[tuple[str, str]]:
    """The inner widgets that an instance shows, each as inner node and widget."""
    stated = as_list(as_object(node.raw.get("properties")).get("proxyWidgets"))
    pairs = (as_list(item) for item in stated)
    return [(str(item[0]), str(item[1])) for item in pairs if len(item) >= 2]
