"""Node specs as JSON values, in both directions. Integers beyond 2⁵³−1 travel as decimal text."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from graph_engine.spec.node import (
    SAFE_INTEGER,
    BooleanWidget,
    Catalogue,
    ChoiceWidget,
    FileWidget,
    InputSpec,
    IntegerWidget,
    NodeSpec,
    NumberWidget,
    OutputSpec,
    TextWidget,
    Widget,
)

_STATED_IF_SET = ("extra", "further_inputs", "checks_inputs", "checks_types")

_WIDGETS: dict[str, type[Any]] = {
    "integer": IntegerWidget,
    "number": NumberWidget,
    "text": TextWidget,
    "boolean": BooleanWidget,
    "choice": ChoiceWidget,
    "file": FileWidget,
}


def spec_to_json(spec: NodeSpec) -> dict[str, Any]:
    """The spec as JSON-ready values (HTTP, the worker's pipe, the shipped catalogue file)."""
    result = {item.name: _value_to_json(getattr(spec, item.name)) for item in fields(spec)}
    result["inputs"] = [_input_to_json(item) for item in spec.inputs]
    result["outputs"] = [{part.name: getattr(item, part.name) for part in fields(item)} for item in spec.outputs]
    for name in _STATED_IF_SET:
        if not result[name]:
            del result[name]
    return result


def spec_from_json(value: Mapping[str, Any]) -> NodeSpec:
    """The inverse of :func:`spec_to_json`; unknown fields are ignored. Raises KeyError, TypeError on other shapes."""
    known = {item.name for item in fields(NodeSpec)}
    arguments = {name: item for name, item in value.items() if name in known}
    arguments["inputs"] = tuple(_input_from_json(item) for item in value.get("inputs", ()))
    arguments["outputs"] = tuple(OutputSpec(**item) for item in value.get("outputs", ()))
    arguments["aliases"] = tuple(value.get("aliases", ()))
    return NodeSpec(**arguments)


def catalogue_to_json(catalogue: Catalogue) -> list[dict[str, Any]]:
    """All specs, in catalogue order."""
    return [spec_to_json(spec) for spec in catalogue.values()]


def catalogue_from_json(value: list[Mapping[str, Any]]) -> Catalogue:
    """The inverse of :func:`catalogue_to_json`."""
    specs = [spec_from_json(item) for item in value]
    return {spec.id: spec for spec in specs}


def catalogue_revision(catalogue: Catalogue) -> str:
    """A short text that differs whenever a spec does, whatever the order of the nodes."""
    stated = sorted(catalogue_to_json(catalogue), key=lambda item: item["id"])
    text = json.dumps(stated, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _value_to_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value_to_json(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > SAFE_INTEGER:
        return str(value)
    return value


def _input_to_json(spec: InputSpec) -> dict[str, Any]:
    widget = spec.widget
    stated = (
        None if widget is None else {part.name: _value_to_json(getattr(widget, part.name)) for part in fields(widget)}
    )
    result: dict[str, Any] = {
        "name": spec.name,
        "type": spec.type,
        "required": spec.required,
        "tooltip": spec.tooltip,
        "lazy": spec.lazy,
        "raw_link": spec.raw_link,
        "widget": stated,
    }
    for name in ("any_value", "unbounded"):
        if getattr(spec, name):
            result[name] = True
    return result


def _input_from_json(value: Mapping[str, Any]) -> InputSpec:
    stated = value.get("widget")
    return InputSpec(
        name=value["name"],
        type=value["type"],
        required=value.get("required", True),
        widget=None if stated is None else _widget_from_json(stated),
        tooltip=value.get("tooltip", ""),
        lazy=value.get("lazy", False),
        raw_link=value.get("raw_link", False),
        any_value=value.get("any_value", False),
        unbounded=value.get("unbounded", False),
    )


def _widget_from_json(value: Mapping[str, Any]) -> Widget:
    kind = _WIDGETS[value["kind"]]
    known = {item.name for item in fields(kind)}
    arguments: dict[str, Any] = {name: item for name, item in value.items() if name in known}
    for name in ("choices", "extensions"):
        if name in arguments:
            arguments[name] = tuple(arguments[name])
    if kind is IntegerWidget:
        for name in ("default", "minimum", "maximum"):
            if isinstance(arguments.get(name), str):
                arguments[name] = int(arguments[name])
    return kind(**arguments)
