"""Whether a value is of the kind a widget takes: what decides where a value of unknown origin belongs."""

from typing import Any

from graph_engine.spec.node import (
    BooleanWidget,
    ChoiceWidget,
    FileWidget,
    InputSpec,
    IntegerWidget,
    NumberWidget,
    TextWidget,
)


def fits(item: InputSpec, value: Any) -> bool:
    """Whether a value is of the kind that a widget takes; how large it may be is not asked here."""
    widget = item.widget
    if isinstance(widget, BooleanWidget):
        return isinstance(value, bool)
    if isinstance(widget, IntegerWidget):
        return not isinstance(value, bool) and (
            isinstance(value, int)
            or (isinstance(value, float) and value.is_integer())
            or (isinstance(value, str) and value.lstrip("-").isdigit())
        )
    if isinstance(widget, NumberWidget):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(widget, ChoiceWidget):
        return isinstance(value, str) and (not widget.choices or value in widget.choices)
    if isinstance(widget, FileWidget):
        if not isinstance(value, str):
            return False
        return not widget.optional or not value or value.lower().endswith(widget.extensions)
    return isinstance(widget, TextWidget) and isinstance(value, str)
