"""Our dots on wires as ComfyUI's reroutes: each has one before it, so a dot reached by two ways becomes two."""

from collections.abc import Sequence
from typing import Any

from compat.comfyui.canvas.numbers import own_number
from compat.comfyui.canvas.parts import Json, as_objects, pair

OWN = "dot-"
"""What stands before the number of a dot that came from a canvas."""


class Dots:
    """The reroutes of one canvas, as its links lead through them."""

    def __init__(self, stated: Json) -> None:
        self._places = {str(dot.get("id")): pair(dot.get("position")) for dot in as_objects(stated.get("reroutes"))}
        own = {key: number for key in self._places if (number := own_number(key, OWN)) is not None}
        self._own = own
        self._next = max(own.values(), default=0)
        self._known: dict[tuple[tuple[str, str] | int, str], int] = {}
        """Dots by what a link comes from, an output or the dot before, and their ids."""
        self._links: dict[int, list[int]] = {}
        self.written: list[dict[str, Any]] = []
        self.parents: dict[int, int] = {}

    def lead(self, link: int, source: tuple[str, str], via: Sequence[Any]) -> None:
        """A link from this output goes through these dots."""
        parent: int | None = None
        for dot in map(str, via):
            if dot not in self._places:
                continue
            way = (source if parent is None else parent, dot)
            if way not in self._known:
                self._known[way] = self._written(dot, parent)
            parent = self._known[way]
            self._links[parent].append(link)
        if parent is not None:
            self.parents[link] = parent

    def _written(self, dot: str, parent: int | None) -> int:
        """The number under which one more dot is written."""
        number = self._own.pop(dot, None)
        if number is None:
            self._next += 1
            number = self._next
        self._links[number] = []
        before = {} if parent is None else {"parentId": parent}
        stated = {"id": number, **before, "pos": list(self._places[dot]), "linkIds": self._links[number]}
        self.written.append(stated)
        return number
