"""Lists on wires, and the calls that a node makes of them.

A value on a wire is one thing or a :class:`Many`. A node that takes a ``Many`` is called once for each item, up to the
longest list; a shorter one repeats its last item, and a single value repeats for all. A list with nothing in it means
nothing to do: no call, and every output is an empty list. A list of one is the thing itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_engine.spec.result import Blocked


class Many(tuple[Any, ...]):
    """The items of a list on a wire; never exactly one."""

    __slots__ = ()


def listed(items: Sequence[Any]) -> Any:
    """``items`` as a value on a wire."""
    return items[0] if len(items) == 1 else Many(items)


def items_of(value: Any) -> Sequence[Any]:
    """The items of a value on a wire."""
    return value if type(value) is Many else (value,)


def rows(inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The arguments of each call for these inputs."""
    lists = {name: value for name, value in inputs.items() if type(value) is Many}
    if not lists:
        return [dict(inputs)]
    if not all(lists.values()):
        return []
    longest = max(map(len, lists.values()))
    made: list[dict[str, Any]] = []
    for index in range(longest):
        row = dict(inputs)
        for name, items in lists.items():
            row[name] = items[min(index, len(items) - 1)]
        made.append(row)
    return made


def block_in(values: Iterable[Any]) -> Blocked | None:
    """The blocker that stops a call with these arguments, one with a message first; None when there is none."""
    found: Blocked | None = None
    for value in values:
        for item in value if type(value) is list else (value,):
            if type(item) is Blocked and (found is None or found.message is None):
                found = item
    return found
