"""Which widget a saved value belongs to: by name where the file has names, else by position with a look at its type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from compat.comfyui.canvas.reading import CanvasNode
from graph_engine.spec.node import ChoiceWidget, FileWidget, InputSpec, IntegerWidget, NodeSpec
from graph_engine.validate.fitting import fits

CONTROLS: Mapping[str, str] = {
    "fixed": "fixed",
    "increment": "increment",
    "decrement": "decrement",
    "randomize": "random",
}
"""What follows a seed in ComfyUI's list of values, and our word for it."""

UPLOADS = ("image", "upload")
"""What the button beside a file list leaves in the list of values."""


@dataclass
class Placed:
    """Values by widget name; ``seeds`` by seed widget; what did not find its place."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    seeds: dict[str, str] = field(default_factory=dict[str, str])
    moved: list[str] = field(default_factory=list[str])
    dropped: list[Any] = field(default_factory=list[Any])


def place_values(node: CanvasNode, spec: NodeSpec) -> Placed:
    """Give every saved value of a node to a widget of its spec.

    A value that does not fit the widget at its position goes to the next one it fits (the node has gained or lost a
    widget since) and is told as moved; one that fits none is dropped and told.
    """
    widgets = {item.name: item for item in spec.inputs if item.widget is not None}
    if isinstance(node.values, Mapping):
        return _by_name(node.values, widgets)
    saved = [slot.widget for slot in node.inputs if slot.widget is not None]
    order = [name for name in saved if name in widgets]
    if len(order) == len(saved) and set(order) == set(widgets):
        return _by_position(node.values, [widgets[name] for name in order])
    return _by_position(node.values, list(widgets.values()))


def _by_name(values: Mapping[str, Any], widgets: Mapping[str, InputSpec]) -> Placed:
    placed = Placed()
    for name, value in values.items():
        if name in widgets:
            placed.values[name] = value
        elif not _control(value):
            placed.dropped.append(value)
    return placed


def _by_position(values: Sequence[Any], widgets: Sequence[InputSpec]) -> Placed:
    placed = Placed()
    place = 0
    last: InputSpec | None = None
    plain = _without_companions(values, widgets)
    whole = len(plain) == len(widgets)
    companions = sum(not _control(value) for value in values) - len(plain)
    straight = True
    for value in values:
        if last is not None and isinstance(last.widget, IntegerWidget) and _control(value):
            placed.seeds[last.name] = CONTROLS[value]
            last = None
            continue
        if companions and value in UPLOADS and (place == len(widgets) or _follows_files(last)):
            companions -= 1
            continue
        found = _find(widgets, place, value, whole)
        if found is None:
            if value is not None:
                placed.dropped.append(value)
                straight = False
            elif whole:
                place += 1
            continue
        last = widgets[found]
        straight = straight and found == place
        if not straight:
            placed.moved.append(last.name)
        placed.values[last.name] = value
        place = found + 1
    return placed


def _find(widgets: Sequence[InputSpec], place: int, value: Any, whole: bool) -> int | None:
    """The next widget from ``place`` on that a value fits."""
    if whole and place < len(widgets) and isinstance(widgets[place].widget, ChoiceWidget) and isinstance(value, str):
        # With a value for every widget the place is not in doubt: a choice that is no longer offered is judged later.
        return place
    return next((index for index in range(place, len(widgets)) if fits(widgets[index], value)), None)


def _follows_files(last: InputSpec | None) -> bool:
    return last is not None and isinstance(last.widget, FileWidget)


def _without_companions(values: Sequence[Any], widgets: Sequence[InputSpec]) -> list[Any]:
    """The values less those that buttons and seed controls leave behind, as far as that can be told by counting."""
    plain = [value for value in values if not _control(value)]
    stated = [item for item in widgets if not (isinstance(item.widget, FileWidget) and item.widget.optional)]
    if len(plain) > len(stated) and any(isinstance(item.widget, FileWidget) for item in widgets):
        plain = [value for value in plain if value not in UPLOADS]
    return plain


def _control(value: Any) -> bool:
    return isinstance(value, str) and value in CONTROLS
