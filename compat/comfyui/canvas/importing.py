"""ComfyUI's canvas JSON into our document, so that workflows open and run without its page.

Written from the format's description: dots and *Reroute* nodes become dots on wires, *PrimitiveNode* values are written
into what they feed, notes become comments, *SetNode* and *GetNode* become named wires, modes 2 and 4 are mute
and bypass, sub-graph definitions become ours. What this program does not know is kept under ``comfyui`` and written
back.
"""

from typing import Any

from compat.comfyui.canvas.exporting import DERIVED, DERIVED_EXTRA
from compat.comfyui.canvas.frames import frames_of
from compat.comfyui.canvas.nodes import GraphImport
from compat.comfyui.canvas.parts import Json, as_numbers, as_object, as_text
from compat.comfyui.canvas.reading import definitions, read_graph
from compat.comfyui.canvas.subgraphs import SubgraphFaces
from graph_engine.document.workflow import VERSION
from graph_engine.spec.node import Catalogue
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem

_READ = frozenset(("nodes", "links", "groups", "definitions", "subgraphs", "reroutes", "floatingLinks", "id", *DERIVED))
_READ_OF_DEFINITIONS = _READ | {"name", "inputs", "outputs", "widgets"}


def canvas_to_document(
    canvas: Json, catalogue: Catalogue, title: str = ""
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Our document of a canvas, with notes (severity ``warning``) on what could not be taken over as it was.

    ``title`` is used where the file has none. Nothing is refused: a node of unknown type keeps all that it has.
    """
    stated = definitions(canvas)
    faces = SubgraphFaces({key: read_graph(item) for key, item in stated.items()}, stated)
    root = GraphImport(read_graph(canvas), catalogue, faces)
    inner = [GraphImport(graph, catalogue, faces, key) for key, graph in faces.graphs.items()]
    parts = root.run()
    insides = [part.run() for part in inner]
    subgraphs = [_definition(part, inside, stated[str(part.key)]) for part, inside in zip(inner, insides, strict=True)]
    problems = [found for part in (root, *inner) for found in part.problems]
    if skipped := sum(part.graph.skipped for part in (root, *inner)):
        problems.append(problem("import.skipped", severity="warning", count=skipped))
    extra = as_object(canvas.get("extra"))
    document: dict[str, Any] = {
        "noiseloom": VERSION,
        "id": str(canvas.get("id") or ""),
        "title": as_text(as_object(extra.get("noiseloom")).get("title")) or title,
        **parts,
        "frames": frames_of(root.graph),
        "view": _view(extra),
        "extra": {},
        "comfyui": _kept(canvas),
    }
    if subgraphs:
        document["subgraphs"] = subgraphs
    return document, tuple(problems)


def _definition(part: GraphImport, inside: dict[str, Any], stated: Json) -> dict[str, Any]:
    """One sub-graph. Its promoted widgets are known only when all canvases have been looked at for instances."""
    key = str(part.key)
    sides = {side: [vars(face) for face in part.faces.sockets(key, side)] for side in ("inputs", "outputs")}
    kept = {name: value for name, value in stated.items() if name not in _READ_OF_DEFINITIONS}
    return {
        "id": key,
        "title": str(stated.get("name") or ""),
        **sides,
        "widgets": [
            {"id": promotion, "name": widget, "node": owner, "widget": widget}
            for promotion, (owner, widget) in part.faces.promoted(key).items()
        ],
        **inside,
        "frames": frames_of(part.graph),
        "comfyui": kept,
    }


def _kept(canvas: Json) -> dict[str, Any]:
    """What is only ComfyUI's, less what a file says of itself, and our own words in it."""
    extra = {key: value for key, value in as_object(canvas.get("extra")).items() if key not in (*DERIVED_EXTRA, "ds")}
    kept = {key: value for key, value in canvas.items() if key not in _READ and key not in ("config", "extra")}
    config = as_object(canvas.get("config"))
    return {**kept, **({"config": config} if config else {}), **({"extra": extra} if extra else {})}


def _view(extra: Json) -> dict[str, float]:
    seen = as_object(extra.get("ds"))
    scale, offset = seen.get("scale"), as_numbers(seen.get("offset"), 2)
    zoom = float(scale) if isinstance(scale, (int, float)) and 0.01 < scale < 100 else 1.0
    x, y = offset or (0.0, 0.0)
    # Their offset is in units of the canvas, ours in pixels of the window.
    return {"x": x * zoom, "y": y * zoom, "zoom": zoom}
