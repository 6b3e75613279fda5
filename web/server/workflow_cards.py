"""What a workflow is, at a glance: for lists of them, without opening each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from graph_engine.files.folders import Folders
from graph_engine.spec.node import Catalogue, FileWidget
from web.server.schemas.saved_workflows import ModelNeed, WorkflowCard

MOST_BOXES = 120
BOX = (240, 120)
SUBGRAPH = "subgraph:"


def card_of(document: Any, catalogue: Catalogue, folders: Folders) -> WorkflowCard | None:
    """The card of a parsed document; None where it is no document. Says nothing of what is wrong inside."""
    if not isinstance(document, Mapping) or "noiseloom" not in document:
        return None
    stated = cast("Mapping[str, Any]", document)
    extra = _mapping(stated.get("extra"))
    nodes = list(_nodes(stated))
    inner = [node for definition in _list(stated.get("subgraphs")) for node in _nodes(_mapping(definition))]
    types = {str(node.get("type", "")) for node in (*nodes, *inner)}
    return WorkflowCard(
        title=_text(stated.get("title"), 200),
        description=_text(extra.get("description"), 1000),
        tags=[_text(tag, 40) for tag in _list(extra.get("tags"))[:20] if isinstance(tag, str)],
        nodes=len(nodes) + len(inner),
        outline=[box for node in nodes[:MOST_BOXES] if (box := _box(node)) is not None],
        models=_models([*nodes, *inner], catalogue, folders),
        unknown_types=sorted(name for name in types if name not in catalogue and not name.startswith(SUBGRAPH))[:50],
    )


def _models(nodes: Sequence[Mapping[str, Any]], catalogue: Catalogue, folders: Folders) -> list[ModelNeed]:
    found: dict[tuple[str, str], ModelNeed] = {}
    for node in nodes:
        spec = catalogue.get(str(node.get("type", "")))
        values = _mapping(node.get("widgets"))
        for item in spec.inputs if spec else ():
            widget, value = item.widget, values.get(item.name)
            if isinstance(widget, FileWidget) and widget.root == "models" and isinstance(value, str) and value:
                key = (widget.folder, value)
                if key not in found:
                    found[key] = ModelNeed(folder=widget.folder, name=value, present=folders.has(widget, value))
    return list(found.values())


def _nodes(holder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for node in _list(holder.get("nodes")):
        if isinstance(node, Mapping):
            yield cast("Mapping[str, Any]", node)


def _box(node: Mapping[str, Any]) -> tuple[int, int, int, int] | None:
    place, size = _list(node.get("position")), _list(node.get("size")) or list(BOX)
    try:
        x, y, width, height = (int(value) for value in (*place, *size))
    except (TypeError, ValueError, OverflowError):
        return None
    return x, y, width, height


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _text(value: Any, longest: int) -> str:
    return value[:longest] if isinstance(value, str) else ""
