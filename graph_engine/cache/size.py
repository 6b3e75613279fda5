"""How many bytes a node's outputs hold."""

import sys
from typing import Any

_MOST_OBJECTS = 10_000


def size_of(value: Any) -> int:
    """Bytes that ``value`` holds: arrays and tensors by their ``nbytes``, containers by what is in them.

    Shared parts count once. Beyond a few thousand objects the rest goes uncounted: this is for accounting large
    arrays, not for measuring Python.
    """
    kind = type(value)
    if kind is int or kind is float or kind is bool or value is None:
        return 32
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
