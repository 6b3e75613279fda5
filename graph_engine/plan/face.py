"""What planning reads of a node type, worked out once for each type."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graph_engine.spec.declaration import Lane, NodeType


@dataclass(frozen=True, slots=True)
class Face:
    """A node type as the planner sees it. ``lazy`` names what runs only when asked for; ``asks``, whether it asks."""

    kind: NodeType
    function: Callable[..., Any]
    lazy: frozenset[str]
    asks: bool
    raw: frozenset[str]
    outputs: int
    list_outputs: tuple[bool, ...]
    has_list_outputs: bool
    list_inputs: bool
    lane: Lane
    is_output: bool


class Faces:
    """The faces of a registry's types."""

    def __init__(self, types: Mapping[str, NodeType]) -> None:
        self._types = types
        self._faces: dict[str, Face] = {}

    def of(self, type_id: str) -> Face:
        """The face of a type. Raises KeyError for one that is not there."""
        face = self._faces.get(type_id)
        if face is None:
            face = self._faces[type_id] = face_of(self._types[type_id])
        return face

    def knows(self, type_id: str) -> bool:
        """Whether there is such a type."""
        return type_id in self._types


def face_of(kind: NodeType) -> Face:
    """Work out the face of ``kind``."""
    spec = kind.spec
    # A node that cannot say what it needs gets everything, but for wires that it looks at and never through.
    lazy = frozenset(item.name for item in spec.inputs if item.lazy and (kind.needs is not None or item.raw_link))
    listing = tuple(item.is_list for item in spec.outputs)
    return Face(
        kind=kind,
        function=kind.function,
        lazy=lazy,
        asks=kind.needs is not None and bool(lazy),
        raw=frozenset(item.name for item in spec.inputs if item.raw_link),
        outputs=len(spec.outputs),
        list_outputs=listing,
        has_list_outputs=any(listing),
        list_inputs=spec.list_inputs,
        lane="async" if inspect.iscoroutinefunction(kind.function) else kind.lane,
        is_output=spec.is_output,
    )
