"""Version 1 had one canvas: no sub-graphs, no named wires."""

from collections.abc import Mapping
from typing import Any


def to_2(value: Mapping[str, Any]) -> dict[str, Any]:
    """Every document of version 1 is one of version 2 without sub-graphs.

    A field that version 1 did not know and version 2 does is put aside, so that it is not taken for what it is not.
    """
    result = {**value, "noiseloom": 2}
    for name in ("subgraphs", "named", "reroutes", "form"):
        if name in result:
            result[f"{name} (version 1)"] = result.pop(name)
    return result
