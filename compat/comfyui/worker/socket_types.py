"""The types that a node class states, as names: texts, texts that equal everything, and lists of choices."""

from collections.abc import Sequence
from typing import Any

from graph_engine.validate.types import ANY

COMBO = "COMBO"
_NO_TYPE = "\0no type has this name"


def plain_text(value: Any) -> str:
    """An exact ``str``, whatever a subclass makes of it."""
    return str.__str__(value) if isinstance(value, str) else str(value)


def type_name(stated: Any) -> str:
    """The name of a stated type. A text that differs from nothing (an overridden ``!=``) accepts anything."""
    if isinstance(stated, (list, tuple)):
        return COMBO
    if not isinstance(stated, str):
        return plain_text(getattr(stated, "__name__", stated))
    if type(stated) is not str and not stated != _NO_TYPE:  # noqa: SIM202 - the overridden operator is what counts
        return ANY
    return plain_text(stated)


def return_types(cls: Any) -> tuple[Any, ...]:
    """What a class says it returns; a lone text counts as one type."""
    stated = getattr(cls, "RETURN_TYPES", ())
    if stated is None:
        return ()
    return (stated,) if isinstance(stated, str) else tuple(stated)


def return_names(cls: Any, count: int) -> tuple[str, ...]:
    """The names of ``count`` outputs, as stated or by type; unique, as our documents name outputs."""
    stated: Any = getattr(cls, "RETURN_NAMES", None)
    names: Sequence[Any] = (stated,) if isinstance(stated, str) else tuple(stated or ())
    types = return_types(cls)
    taken: dict[str, int] = {}
    unique: list[str] = []
    for index in range(count):
        name = plain_text(names[index]) if index < len(names) and names[index] else type_name(types[index])
        taken[name] = taken.get(name, 0) + 1
        unique.append(name if taken[name] == 1 else f"{name} {taken[name]}")
    return tuple(unique)


def list_outputs(cls: Any, count: int) -> tuple[bool, ...]:
    """Which of ``count`` outputs are lists."""
    stated = tuple(bool(item) for item in getattr(cls, "OUTPUT_IS_LIST", ()) or ())
    return (*stated[:count], *([False] * (count - len(stated))))
