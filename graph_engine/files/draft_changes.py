"""Small changes of a JSON value, as a draft's journal holds them: set a place, remove it, or exchange part of a list.

A change is one of ``{"set": path, "value": …}``, ``{"unset": path}`` and ``{"splice": path, "at": n, "count": n,
"items": […]}``; a path is a list of keys and indices from the outermost value inwards.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

LONGEST_PATH = 64


class ChangeRefused(ValueError):  # noqa: N818 - reads as what it is
    """A change that does not fit the value it is made for. Its message says why, without its full stop."""


def apply_changes(value: Any, changes: Sequence[Any]) -> Any:
    """``value`` after ``changes``, in order. Containers of ``value`` are changed in place. Raises ChangeRefused."""
    for change in changes:
        value = _apply(value, change)
    return value


def _apply(value: Any, change: Any) -> Any:
    if not isinstance(change, Mapping):
        raise ChangeRefused("a change is not an object")
    stated = cast("Mapping[str, Any]", change)
    if "splice" in stated:
        return _splice(value, stated)
    removes = "unset" in stated
    if not removes and ("set" not in stated or "value" not in stated):
        raise ChangeRefused("a change is none of set, unset and splice")
    path = _path(stated["unset"] if removes else stated["set"])
    if not path:
        if removes:
            raise ChangeRefused("the whole value cannot be removed")
        return stated["value"]
    holder, key = _reach(value, path[:-1]), path[-1]
    if isinstance(holder, dict) and isinstance(key, str):
        fields = cast("dict[str, Any]", holder)
        if removes:
            fields.pop(key, None)
        else:
            fields[key] = stated["value"]
    elif isinstance(holder, list) and isinstance(key, int) and not removes and 0 <= key < len(_items(holder)):
        holder[key] = stated["value"]
    else:
        raise ChangeRefused(f"there is no place {path}")
    return value


def _splice(value: Any, stated: Mapping[str, Any]) -> Any:
    path, at, count, items = _path(stated["splice"]), stated.get("at"), stated.get("count"), stated.get("items")
    target = _reach(value, path)
    fits = isinstance(target, list) and _whole(at) and _whole(count) and isinstance(items, list)
    if not fits or cast("int", at) + cast("int", count) > len(_items(target)):
        raise ChangeRefused(f"there is no such part of the list at {path}")
    start = cast("int", at)
    target[start : start + cast("int", count)] = _items(items)
    return value


def _items(value: Any) -> list[Any]:
    return cast("list[Any]", value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _path(stated: Any) -> list[str | int]:
    if not isinstance(stated, list) or len(_items(stated)) > LONGEST_PATH:
        raise ChangeRefused("a path is not a short list")
    path = _items(stated)
    if not all(isinstance(part, str) or _whole(part) for part in path):
        raise ChangeRefused("a path holds something that is neither a key nor an index")
    return cast("list[str | int]", path)


def _reach(value: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        if isinstance(value, dict) and isinstance(part, str) and part in value:
            value = cast("dict[str, Any]", value)[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(_items(value)):
            value = _items(value)[part]
        else:
            raise ChangeRefused(f"there is no place {list(path)}")
    return value
