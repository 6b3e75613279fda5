"""One canvas of a document, drawn with ComfyUI's numbers: for nodes, links and dots; sockets are positions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compat.comfyui.canvas.dots import Dots
from compat.comfyui.canvas.numbers import node_numbers
from compat.comfyui.canvas.parts import Json, as_list, as_object, as_objects, as_text, pair
from compat.comfyui.canvas.reading import ENTRY_ID, EXIT_ID
from compat.comfyui.canvas.subgraphs import INPUT_PROXY
from compat.comfyui.canvas.tints import own_colors
from graph_engine.document.workflow import ENTRY, EXIT, SUBGRAPH
from graph_engine.spec.node import Catalogue, IntegerWidget, NodeSpec

MODES = {"active": 0, "muted": 2, "bypassed": 4}
CONTROLS = {"fixed": "fixed", "increment": "increment", "decrement": "decrement", "random": "randomize"}
DEFAULT_SIZE = (240, 120)
_DRAWN = frozenset(("inputs", "outputs", "widgets_values", "color", "bgcolor"))

Link = tuple[int, int, int, int, int, str]


@dataclass(frozen=True)
class Face:
    """A socket of a node: ``key`` is what our wires call it."""

    key: str
    name: str
    type: str
    widget: bool = False


@dataclass(frozen=True)
class Faces:
    """A node's sockets by position."""

    inputs: tuple[Face, ...] = ()
    outputs: tuple[Face, ...] = ()


class CanvasDrawing:
    """Numbers and links of one canvas: the document's, or with ``inside`` a sub-graph's."""

    def __init__(
        self, stated: Json, catalogue: Catalogue, definitions: Mapping[str, Json], *, inside: bool = False
    ) -> None:
        self._catalogue = catalogue
        self._definitions = definitions
        self._stated = _nodes(stated)
        self.numbers = node_numbers(self._stated)
        self.dots = Dots(stated)
        self._faces = {str(node["id"]): self._sockets(node) for node in self._stated}
        self._take_further(stated)
        if inside:
            self.numbers |= {ENTRY: int(ENTRY_ID), EXIT: int(EXIT_ID)}
            self._faces[ENTRY] = Faces(outputs=_plain(stated, "inputs"))
            self._faces[EXIT] = Faces(inputs=_plain(stated, "outputs"))
        self.links = self._draw(stated)
        self._into = {(link[3], link[4]): link[0] for link in self.links}
        self._out_of: dict[tuple[int, int], list[int]] = {}
        for link in self.links:
            self._out_of.setdefault((link[1], link[2]), []).append(link[0])

    def nodes(self) -> list[dict[str, Any]]:
        """The nodes as ComfyUI saves them."""
        return [self._node(node, order) for order, node in enumerate(self._stated)]

    def _draw(self, stated: Json) -> list[Link]:
        ends = [
            (_end(wire.get("from")), _end(wire.get("to")), as_list(wire.get("via")))
            for wire in as_objects(stated.get("wires"))
        ]
        named = as_objects(stated.get("named"))
        sent = {str(end.get("name")): _end(end.get("from")) for end in named if end.get("from")}
        ends += [(sent.get(str(end.get("name"))), _end(end.get("to")), []) for end in named if end.get("to")]
        links: list[Link] = []
        for upper, lower, via in ends:
            if upper is None or lower is None or upper[0] not in self._faces or lower[0] not in self._faces:
                continue
            outputs, inputs = self._faces[upper[0]].outputs, self._faces[lower[0]].inputs
            slot, position = _place(outputs, upper[1]), _place(inputs, lower[1])
            if slot is not None and position is not None:
                numbers = self.numbers[upper[0]], self.numbers[lower[0]]
                links.append((len(links) + 1, numbers[0], slot, numbers[1], position, outputs[slot].type))
                self.dots.lead(links[-1][0], upper, via)
        return links

    def _take_further(self, stated: Json) -> None:
        """Give the nodes that take inputs of any name those that wires name."""
        types = {str(node["id"]): self._catalogue.get(str(node.get("type"))) for node in self._stated}
        for end in (*as_objects(stated.get("wires")), *as_objects(stated.get("named"))):
            key, name = _end(end.get("to")) or ("", "")
            spec = types.get(key)
            if spec is None or not spec.further_inputs or spec.input(name) is not None:
                continue
            faces = self._faces[key]
            if _place(faces.inputs, name) is None:
                self._faces[key] = Faces((*faces.inputs, Face(name, name, "*")), faces.outputs)

    def _sockets(self, node: Json) -> Faces:
        type_id = str(node.get("type"))
        definition = self._definitions.get(type_id.removeprefix(SUBGRAPH)) if type_id.startswith(SUBGRAPH) else None
        if definition is not None:
            return Faces(_plain(definition, "inputs"), _plain(definition, "outputs"))
        spec = self._catalogue.get(type_id)
        if spec is not None:
            return Faces(
                tuple(Face(item.name, item.name, item.type, item.widget is not None) for item in spec.inputs),
                tuple(Face(item.name, item.name, item.type) for item in spec.outputs),
            )
        kept = as_object(node.get("comfyui"))
        inputs = tuple(
            Face(str(item.get("name")), str(item.get("name")), str(item.get("type") or "*"), bool(item.get("widget")))
            for item in as_objects(kept.get("inputs"))
        )
        names = [str(item.get("name") or "") for item in as_objects(kept.get("outputs"))]
        outputs = tuple(
            Face(name if name and names.count(name) == 1 else f"{name} {index}", name, str(item.get("type") or "*"))
            for index, (name, item) in enumerate(zip(names, as_objects(kept.get("outputs")), strict=True), start=1)
        )
        return Faces(inputs, outputs)

    def _node(self, node: Json, order: int) -> dict[str, Any]:
        number, type_id = self.numbers[str(node["id"])], str(node.get("type"))
        faces, spec = self._faces[str(node["id"])], self._catalogue.get(type_id)
        kept = as_object(node.get("comfyui"))
        result: dict[str, Any] = {
            **{key: value for key, value in kept.items() if key not in _DRAWN},
            "id": number,
            "type": type_id.removeprefix(SUBGRAPH),
            "pos": list(pair(node.get("position"))),
            "size": list(pair(node.get("size"), DEFAULT_SIZE)),
            "flags": {
                **as_object(kept.get("flags")),
                **({"collapsed": True} if node.get("collapsed") else {}),
                **({"pinned": True} if node.get("pinned") else {}),
            },
            "order": order,
            "mode": MODES.get(str(node.get("mode", "active")), 0),
            "inputs": [self._input(face, number, position) for position, face in enumerate(faces.inputs)],
            "outputs": [
                {
                    "name": face.name,
                    "type": face.type,
                    "slot_index": slot,
                    "links": self._out_of.get((number, slot), []),
                }
                for slot, face in enumerate(faces.outputs)
            ],
            "properties": {
                "Node name for S&R": type_id.removeprefix(SUBGRAPH),
                **as_object(kept.get("properties")),
                "noiseloom_id": node["id"],
            },
            "widgets_values": [],
            **own_colors(as_text(node.get("color")), kept),
        }
        if node.get("title"):
            result["title"] = node["title"]
        if spec is not None:
            result["widgets_values"] = _widget_values(node, spec)
        elif type_id.startswith(SUBGRAPH):
            self._promote(node, result)
        else:
            for side in ("inputs", "outputs"):
                known = as_objects(kept.get(side))
                result[side] = [{**old, **new} for old, new in zip(known, result[side], strict=True)]
            result["widgets_values"] = kept.get("widgets_values", [])
            if node.get("widgets"):
                result["properties"]["noiseloom_widgets"] = dict(as_object(node.get("widgets")))
        return result

    def _input(self, face: Face, number: int, position: int) -> dict[str, Any]:
        entry: dict[str, Any] = {"name": face.name, "type": face.type, "link": self._into.get((number, position))}
        return {**entry, "widget": {"name": face.name}} if face.widget else entry

    def _promote(self, node: Json, result: dict[str, Any]) -> None:
        """The inner widgets that an instance shows, with the values it gives them."""
        definition = as_object(self._definitions.get(str(node.get("type")).removeprefix(SUBGRAPH)))
        within = {str(item["id"]): item for item in _nodes(definition)}
        inner = node_numbers(list(within.values()))
        values = as_object(node.get("widgets"))
        shown = [item for item in as_objects(definition.get("widgets")) if str(item.get("node")) in inner]
        # An input that stands for a widget has a value too.
        standing = [item for item in as_objects(definition.get("inputs")) if str(item.get("id")) in values]
        result["properties"]["proxyWidgets"] = [
            *([INPUT_PROXY, str(item.get("name"))] for item in standing),
            *([str(inner[str(item["node"])]), str(item.get("widget"))] for item in shown),
        ]
        given = [values[str(item["id"])] for item in standing]
        for item in shown:
            own = as_object(within[str(item["node"])].get("widgets")).get(str(item.get("widget")))
            given.append(values.get(str(item.get("id")), own))
        if any(item.get("id") in values for item in (*standing, *shown)) and None not in given:
            result["widgets_values"] = given


def _nodes(stated: Json) -> list[Json]:
    """The nodes that have an id; nothing can be said of another."""
    return [node for node in as_objects(stated.get("nodes")) if "id" in node]


def _end(stated: object) -> tuple[str, str] | None:
    """A node and a socket of it."""
    both = as_list(stated)
    return (str(both[0]), str(both[1])) if len(both) == 2 else None


def _plain(stated: Json, side: str) -> tuple[Face, ...]:
    return tuple(
        Face(str(item.get("id")), str(item.get("name")), str(item.get("type") or "*"))
        for item in as_objects(stated.get(side))
    )


def _place(faces: Sequence[Face], key: Any) -> int | None:
    return next((index for index, face in enumerate(faces) if face.key == key), None)


def _widget_values(node: Json, spec: NodeSpec) -> list[Any]:
    values, seeds = as_object(node.get("widgets")), as_object(node.get("seeds"))
    result: list[Any] = []
    for item in spec.inputs:
        if item.widget is None:
            continue
        value = values.get(item.name, item.widget.default)
        if isinstance(item.widget, IntegerWidget):
            value = int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value
            control = CONTROLS.get(str(seeds.get(item.name)), "fixed")
            result += [value, control] if item.widget.seed else [value]
        else:
            result.append(value)
    return result
