"""The nodes and wires of one canvas, as our document has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compat.comfyui.canvas.frames import NOTES
from compat.comfyui.canvas.page_nodes import HANDLES, REROUTES
from compat.comfyui.canvas.parts import as_list, as_object, as_text, pair
from compat.comfyui.canvas.reading import ENTRY_ID, EXIT_ID, CanvasGraph, CanvasLink, CanvasNode, Slot
from compat.comfyui.canvas.subgraphs import SubgraphFaces
from compat.comfyui.canvas.tints import read_color
from compat.comfyui.canvas.values import CONTROLS, place_values
from compat.comfyui.canvas.ways import GET, SET, Way, Ways, name_of
from graph_engine.document.workflow import ENTRY, EXIT, SUBGRAPH
from graph_engine.spec.node import SAFE_INTEGER, Catalogue, FileWidget, NodeSpec
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem
from graph_engine.validate.types import types_match

PRIMITIVE = "PrimitiveNode"
VIRTUAL = frozenset({*NOTES, *REROUTES, SET, GET, PRIMITIVE})
MODES = {2: "muted", 4: "bypassed"}
_READ = frozenset(
    (
        "id",
        "type",
        "pos",
        "size",
        "flags",
        "order",
        "mode",
        "inputs",
        "outputs",
        "title",
        "properties",
        "widgets_values",
    )
)

Json = dict[str, Any]


@dataclass
class GraphImport:
    """One canvas on its way into our document. ``key`` is the sub-graph it is the inside of."""

    graph: CanvasGraph
    catalogue: Catalogue
    faces: SubgraphFaces
    key: str | None = None
    problems: list[Problem] = field(default_factory=list[Problem])
    wires: list[Json] = field(default_factory=list[Json])
    named: list[Json] = field(default_factory=list[Json])

    def run(self) -> Json:
        """``nodes``, ``wires`` and, where there are any, ``named`` and ``reroutes``."""
        self.faces.note_instances(self.graph)
        ways = Ways(self.graph)
        handles = {node.id: node for node in self.graph.nodes.values() if self._is_handle(node)}
        for node in handles.values():
            self.note("import.page_only", node.id, title=node.title or node.type, type=node.type)
        nodes = {
            node.id: self._node(node)
            for node in self.graph.nodes.values()
            if node.type not in VIRTUAL and node.id not in handles
        }
        for node in self.graph.nodes.values():
            if node.type == SET:
                self._send(node, ways)
            elif node.id in nodes:
                for index, slot in enumerate(node.inputs):
                    self._wire(nodes[node.id], node, index, slot, ways)
        if self.key is not None:
            self._leave(ways)
        result: Json = {"nodes": list(nodes.values()), "wires": self.wires}
        if self.named:
            result["named"] = self.named
        if ways.dots:
            result["reroutes"] = list(ways.dots.values())
        return result

    def _is_handle(self, node: CanvasNode) -> bool:
        return node.type in HANDLES and node.type not in self.catalogue

    def note(self, code: str, at: str | None, socket: str | None = None, **params: Any) -> None:
        """Tell what could not be taken over as it was."""
        self.problems.append(problem(code, at=at, socket=socket, severity="warning", **params))

    # Nodes

    def _node(self, node: CanvasNode) -> Json:
        spec = self.catalogue.get(node.type)
        flags = as_object(node.raw.get("flags"))
        color = as_text(node.raw.get("bgcolor")) or as_text(node.raw.get("color"))
        size = node.raw.get("size")
        made: Json = {
            "id": node.id,
            "type": SUBGRAPH + node.type if self.faces.is_instance(node) else node.type,
            "title": node.title,
            "position": list(pair(node.raw.get("pos"))),
            "size": list(pair(size)) if size else None,
            "widgets": {},
            "mode": MODES.get(node.mode, "active"),
            "collapsed": bool(flags.get("collapsed")),
            "pinned": bool(flags.get("pinned")),
            "color": read_color(color),
        }
        kept = _kept(node)
        if self.faces.is_instance(node):
            made["widgets"] = self._instance_values(node)
        elif spec is None:
            own = as_object(as_object(node.raw.get("properties")).get("noiseloom_widgets"))
            made["widgets"] = dict(node.values) if isinstance(node.values, Mapping) else dict(own)
            kept |= {key: _unlinked(node.raw[key]) for key in ("inputs", "outputs") if key in node.raw}
            kept |= {"widgets_values": node.raw["widgets_values"]} if "widgets_values" in node.raw else {}
        else:
            self._values(node, spec, made)
        if kept:
            made["comfyui"] = kept
        return made

    def _values(self, node: CanvasNode, spec: NodeSpec, made: Json) -> None:
        placed = place_values(node, spec)
        made["widgets"] = {name: _value(spec, name, value) for name, value in placed.values.items()}
        if placed.seeds:
            made["seeds"] = placed.seeds
        for name in placed.moved:
            self.note("import.value_moved", node.id, name, input=name)
        for value in placed.dropped:
            self.note("import.value_dropped", node.id, value=str(value)[:60])

    def _instance_values(self, node: CanvasNode) -> Json:
        if isinstance(node.values, Mapping):
            return dict(node.values)
        ids = self.faces.widget_ids(node)
        plain = [value for value in node.values if not (isinstance(value, str) and value in CONTROLS)]
        values = plain if len(plain) == len(ids) else list(node.values)
        return dict(zip(ids, values, strict=True)) if len(values) == len(ids) else {}

    # Wires

    def _wire(self, made: Json, node: CanvasNode, index: int, slot: Slot, ways: Ways) -> None:
        link = self.graph.links.get(slot.link) if slot.link is not None else None
        link = link or (self.graph.into.get((node.id, index)) if slot.link is not None else None)
        if link is None:
            return
        way = ways.of(link)
        if way is None:
            return
        name = self._input(node, index, slot)
        if name is None:
            self.note("import.socket_lost", node.id, slot.name, saved=slot.name)
            return
        origin = self.graph.nodes.get(way.node)
        if origin is not None and self._is_handle(origin):
            return
        if origin is not None and origin.type == PRIMITIVE:
            self._from_primitive(made, name, origin)
        elif way.name:
            self.named.append({"name": way.name, "to": [node.id, name]})
        else:
            self._join(way, [node.id, name])

    def _join(self, way: Way, target: list[str]) -> None:
        if way.node == ENTRY_ID and self.key is not None:
            faces = self.faces.sockets(self.key, "inputs")
            source = [ENTRY, faces[way.slot].id] if 0 <= way.slot < len(faces) else None
        else:
            origin = self.graph.nodes.get(way.node)
            output = None if origin is None else self._output(origin, way.slot)
            source = None if origin is None or output is None else [origin.id, output]
        if source is None:
            at = target[0] if target[0] != EXIT else None
            self.note("import.output_lost", at, target[1] if at else None, saved=way.slot, source=way.node)
            return
        wire: Json = {"from": source, "to": target}
        self.wires.append({**wire, "via": list(way.via)} if way.via else wire)

    def _leave(self, ways: Ways) -> None:
        """The wires that lead out of a sub-graph."""
        assert self.key is not None
        faces = self.faces.sockets(self.key, "outputs")
        for link in self.graph.links.values():
            if link.target != EXIT_ID or not 0 <= link.target_slot < len(faces):
                continue
            way = ways.of(link)
            if way is not None and way.name:
                self.named.append({"name": way.name, "to": [EXIT, faces[link.target_slot].id]})
            elif way is not None:
                self._join(way, [EXIT, faces[link.target_slot].id])

    def _send(self, node: CanvasNode, ways: Ways) -> None:
        link: CanvasLink | None = self.graph.into.get((node.id, 0))
        way = ways.of(link) if link is not None else None
        origin = self.graph.nodes.get(way.node) if way is not None else None
        output = self._output(origin, way.slot) if origin is not None and way is not None else None
        if origin is not None and output is not None and origin.type not in VIRTUAL:
            self.named.append({"name": name_of(node), "from": [origin.id, output]})

    def _from_primitive(self, made: Json, name: str, primitive: CanvasNode) -> None:
        values = list(primitive.values.values()) if isinstance(primitive.values, Mapping) else list(primitive.values)
        if not values:
            return
        spec = self.catalogue.get(made["type"])
        made["widgets"][name] = values[0] if spec is None else _value(spec, name, values[0])
        if len(values) > 1 and values[1] in CONTROLS and values[1] != "fixed":
            made.setdefault("seeds", {})[name] = CONTROLS[values[1]]
        self.note("import.primitive", made["id"], name, title=primitive.title or name)

    # Sockets

    def _input(self, node: CanvasNode, index: int, slot: Slot) -> str | None:
        """The name of an input: as saved, else the first of its type that nothing else claims."""
        if self.faces.is_instance(node):
            faces = self.faces.sockets(node.type, "inputs")
            by_name = next((face.id for face in faces if face.name == slot.name), None)
            return by_name or (faces[index].id if index < len(faces) else None)
        spec = self.catalogue.get(node.type)
        if spec is None or spec.input(slot.name) is not None:
            return slot.name or f"input {index + 1}"
        if slot.widget is not None and spec.input(slot.widget) is not None:
            return slot.widget
        if spec.further_inputs and slot.name:
            return slot.name
        claimed = {item.name for item in node.inputs if item.link is not None}
        free = (item.name for item in spec.inputs if item.widget is None and item.name not in claimed)
        found = next((name for name in free if types_match(slot.type, _type(spec, name))), None)
        if found is not None:
            self.note("import.socket_moved", node.id, found, saved=slot.name, input=found)
        return found

    def _output(self, node: CanvasNode, index: int) -> str | None:
        """The name of an output: as saved where the node has it, else by position."""
        saved = node.outputs[index].name if 0 <= index < len(node.outputs) else ""
        if self.faces.is_instance(node):
            faces = self.faces.sockets(node.type, "outputs")
            by_name = next((face.id for face in faces if face.name == saved), None)
            return by_name or (faces[index].id if 0 <= index < len(faces) else None)
        spec = self.catalogue.get(node.type)
        if spec is None:
            twice = sum(slot.name == saved for slot in node.outputs) > 1
            return f"{saved} {index + 1}" if twice or not saved else saved
        if spec.output_index(saved) is not None:
            return saved
        return spec.outputs[index].name if 0 <= index < len(spec.outputs) else None


def _kept(node: CanvasNode) -> Json:
    """What is only ComfyUI's of a node. What is written anew each time, or says again what the node says, is left."""
    kept = {key: value for key, value in node.raw.items() if key not in _READ}
    flags = as_object(node.raw.get("flags"))
    further = {key: value for key, value in flags.items() if key not in ("collapsed", "pinned")}
    properties = dict(as_object(node.raw.get("properties")))
    for key in ("noiseloom_id", "noiseloom_widgets", "proxyWidgets"):
        properties.pop(key, None)
    if properties.get("Node name for S&R") == node.type:
        del properties["Node name for S&R"]
    return {**kept, **({"flags": further} if further else {}), **({"properties": properties} if properties else {})}


def _unlinked(slots: Any) -> list[Any]:
    """Sockets as saved, without their places and the numbers of their links: those are the order's and the wires'."""
    return [
        {key: value for key, value in as_object(item).items() if key not in ("link", "links", "slot_index")}
        for item in as_list(slots)
        if isinstance(item, Mapping)
    ]


def _type(spec: NodeSpec, name: str) -> str:
    item = spec.input(name)
    return item.type if item is not None else "*"


def _value(spec: NodeSpec, name: str, value: Any) -> Any:
    """A value as our documents hold it: large whole numbers as text, model names with forward slashes."""
    item = spec.input(name)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > SAFE_INTEGER:
        return str(value)
    if item is not None and isinstance(item.widget, FileWidget) and isinstance(value, str):
        return value if value in item.widget.choices else value.replace("\\", "/")
    return value
