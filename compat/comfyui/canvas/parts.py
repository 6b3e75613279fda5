"""Values of JSON that may be anything, as what they should be: never an error, at worst nothing."""

from collections.abc import Mapping
from typing import Any, cast

Json = Mapping[str, Any]


def as_list(value: Any) -> list[Any]:
    """The items of a list; nothing of anything else."""
    return list(cast("list[Any]", value)) if isinstance(value, (list, tuple)) else []


def as_object(value: Any) -> Json:
    """An object as it is; an empty one for anything else."""
    return cast("Json", value) if isinstance(value, Mapping) else {}


def as_objects(value: Any) -> list[Json]:
    """The objects in a list."""
    return [as_object(item) for item in as_list(value) if isinstance(item, Mapping)]


def as_text(value: Any) -> str:
    """A text as it is; an empty one for anything else."""
    return value if isinstance(value, str) else ""


def as_integer(value: Any) -> int | None:
    """A whole number, also one written with a point; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or value in (_HUGE, -_HUGE):
        return None
    return int(value) if value == int(value) else None


def as_numbers(value: Any, count: int) -> list[float] | None:
    """That many numbers, from a list or from an object with the keys "0", "1" …; None for anything else."""
    items = [as_object(value).get(str(index)) for index in range(count)] if isinstance(value, Mapping) else value
    numbers = [float(item) for item in as_list(items)[:count] if isinstance(item, (int, float))]
    return numbers if len(numbers) == count else None


def pair(value: Any, default: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
    """Two numbers, or the default."""
    numbers = as_numbers(value, 2)
    return default if numbers is None else (numbers[0], numbers[1])


_HUGE = float("inf")
