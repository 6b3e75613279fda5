"""How many bytes a node's outputs hold."""

import sys
from typing import Any

_MOST_OBJECTS = 10_000
_PLAIN = frozenset({int, float, bool, str, type(None)})


def size_of(value: Any) -> int:
    """Bytes that ``value`` holds: arrays and tensors by their ``nbytes``, containers by what is in them.

    Shared parts count once. Beyond a few thousand objects the rest goes uncounted: this is for accounting large
    arrays, not for measuring Python.
    """
    if type(value) is tuple and _PLAIN.issuperset(map(type, value)):  # pyright: ignore[reportUnknownVariableType]
        return 48 + sum([8 + sys.getsizeof(item) for item in value])  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    total = 0
    seen: set[int] = set()
    waiting: list[Any] = [value]
    while waiting and len(seen) < _MOST_OBJECTS:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        held = getattr(item, "nbytes", None)
        if isinstance(held, int):
            total += held
            continue
        total += sys.getsizeof(item, 64)
        if isinstance(item, dict):
            waiting.extend(item.values())  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        elif isinstance(item, (list, tuple, set, frozenset)):
            waiting.extend(item)  # pyright: ignore[reportUnknownArgumentType]
    return total
