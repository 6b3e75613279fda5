"""One widget value: brought to its type, checked against its bounds."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from graph_engine.spec.node import (
    BooleanWidget,
    ChoiceWidget,
    FileWidget,
    IntegerWidget,
    NumberWidget,
    TextWidget,
    Widget,
)
from graph_engine.validate.limits import DEFAULT_LIMITS, Limits

_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,40}\s*")


class FileLookup(Protocol):
    """Which files a file widget may name right now."""

    def has(self, widget: FileWidget, name: str) -> bool:
        """Whether ``name`` is such a file. Never raises, whatever the name."""
        ...


class ValueRefused(Exception):  # noqa: N818 - turned into a problem at once
    """A value does not fit its widget: a problem code and its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def checked_value(widget: Widget, value: Any, files: FileLookup | None = None, limits: Limits = DEFAULT_LIMITS) -> Any:
    """``value`` as ``widget`` means it. Raises ValueRefused.

    Decimal text is a number (a seed beyond 2⁵³ travels that way), ``true`` is no number, and ``"false"`` is false.
    ``files`` None leaves file names unchecked.
    """
    check = _CHECKS[widget.kind]
    return check(widget, value, files, limits)


def value_of_kind(widget: Widget, value: Any, limits: Limits = DEFAULT_LIMITS) -> Any:
    """``value`` brought to the type of ``widget``, whatever its bounds and choices. Raises ValueRefused."""
    match widget:
        case IntegerWidget() | NumberWidget():
            return checked_value(replace(widget, minimum=None, maximum=None), value, None, limits)
        case ChoiceWidget() | FileWidget():
            return value
        case _:
            return checked_value(widget, value, None, limits)


def _integer(widget: IntegerWidget, value: Any, _files: FileLookup | None, _limits: Limits) -> int:
    if (isinstance(value, str) and _INTEGER.fullmatch(value)) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueRefused("value.not_an_integer", value=value)
    return _within(widget, value)


def _number(widget: NumberWidget, value: Any, _files: FileLookup | None, _limits: Limits) -> float:
    if isinstance(value, str) and len(value) <= 64:
        try:
            value = float(value)
        except ValueError:
            raise ValueRefused("value.not_a_number", value=value) from None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueRefused("value.not_a_number", value=value)
    try:
        number = float(value)
    except OverflowError:
        raise ValueRefused("value.not_a_number", value=str(value)) from None
    if not math.isfinite(number):
        raise ValueRefused("value.not_a_number", value=str(number))
    return _within(widget, number)


def _within(widget: IntegerWidget | NumberWidget, value: Any) -> Any:
    if widget.minimum is not None and value < widget.minimum:
        raise ValueRefused("value.too_small", value=value, minimum=widget.minimum)
    if widget.maximum is not None and value > widget.maximum:
        raise ValueRefused("value.too_large", value=value, maximum=widget.maximum)
    return value


def _text(_widget: TextWidget, value: Any, _files: FileLookup | None, limits: Limits) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueRefused("value.not_a_text", value=value)
    if len(value) > limits.text_characters:
        raise ValueRefused("value.too_long", count=len(value), limit=limits.text_characters)
    return value


def _boolean(_widget: BooleanWidget, value: Any, _files: FileLookup | None, _limits: Limits) -> bool:
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower(), value)
    elif isinstance(value, (int, float)) and value in (0, 1):
        value = bool(value)
    if not isinstance(value, bool):
        raise ValueRefused("value.not_a_boolean", value=value)
    return value


def _choice(widget: ChoiceWidget, value: Any, _files: FileLookup | None, limits: Limits) -> str:
    text = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    if isinstance(text, str):
        if text in widget.choices:
            return text
        # Paths saved on Windows name the same file with the other slash.
        turned = text.replace("\\", "/")
        for choice in widget.choices:
            if choice.replace("\\", "/") == turned:
                return choice
    raise ValueRefused("value.not_a_choice", value=value, choices=list(widget.choices[: limits.choices_told]))


def _file(widget: FileWidget, value: Any, files: FileLookup | None, limits: Limits) -> str:
    if not isinstance(value, str):
        raise ValueRefused("value.not_a_text", value=value)
    name = value.replace("\\", "/")
    if not name and widget.optional:
        return name
    if files is not None and not files.has(widget, name):
        folder = widget.folder or widget.root
        choices = list(widget.choices[: limits.choices_told])
        raise ValueRefused("value.no_such_file", value=value, folder=folder, choices=choices)
    return name


_CHECKS: dict[str, Callable[[Any, Any, FileLookup | None, Limits], Any]] = {
    "integer": _integer,
    "number": _number,
    "text": _text,
    "boolean": _boolean,
    "choice": _choice,
    "file": _file,
}
