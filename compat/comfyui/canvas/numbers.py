"""What ComfyUI's canvas calls nodes: whole numbers, each once."""

import re
from collections.abc import Sequence

from compat.comfyui.canvas.parts import Json


def node_numbers(stated: Sequence[Json]) -> dict[str, int]:
    """A number for every node by its id: its own where the id is one, so that it comes back; else the next free."""
    return numbered([str(node["id"]) for node in stated])


def numbered(ids: Sequence[str], taken: set[int] | None = None, prefix: str = "") -> dict[str, int]:
    """A number for every id: the one behind ``prefix`` where there is one that is free, else the next free."""
    used = set(taken or ())
    result: dict[str, int] = {}
    for key in ids:
        number = own_number(key, prefix)
        if number is not None and number not in used and key not in result:
            result[key] = number
            used.add(number)
    following = 1
    for key in ids:
        if key in result:
            continue
        while following in used:
            following += 1
        result[key] = following
        used.add(following)
    return {key: result[key] for key in ids}


def own_number(key: str, prefix: str = "") -> int | None:
    """The number that an id is made of: ``"12"``, or with a prefix ``"dot-12"``."""
    text = key.removeprefix(prefix)
    return int(text) if key.startswith(prefix) and re.fullmatch(r"[1-9][0-9]{0,8}", text) else None
