"""``INPUT_TYPES()`` as input specs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compat.comfyui.worker.socket_types import COMBO, plain_text, type_name
from graph_engine.spec.node import (
    BooleanWidget,
    ChoiceWidget,
    FileWidget,
    InputSpec,
    IntegerWidget,
    NumberWidget,
    TextWidget,
    Widget,
)

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_SEEDS = frozenset({"seed", "noise_seed"})
_NO_INPUT = "\0no input has this name"

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Stated:
    """One entry of ``INPUT_TYPES``, taken apart. ``kind`` is as stated: a type, or a list of choices."""

    name: str
    kind: Any
    options: Options
    required: bool

    @property
    def choices(self) -> Sequence[Any] | None:
        """The values to choose from; None where it is no choice, or the client fetches them."""
        if isinstance(self.kind, (list, tuple)):
            return self.kind  # pyright: ignore[reportUnknownVariableType]
        if type_name(self.kind) == COMBO and isinstance(self.options.get("options"), (list, tuple)):
            return self.options["options"]
        return None


def stated_inputs(input_types: Mapping[str, Any]) -> list[Stated]:
    """The entries of ``required`` and ``optional``, in order. Tolerates entries without a tuple."""
    found: list[Stated] = []
    for section, required in (("required", True), ("optional", False)):
        entries = input_types.get(section)
        for name in list(entries or ()):
            entry: Any = entries[name]  # pyright: ignore[reportOptionalSubscript]
            parts: Sequence[Any] = entry if isinstance(entry, (list, tuple)) else (entry,)
            kind = parts[0] if parts else "*"
            options: Any = parts[1] if len(parts) > 1 else None
            known: Options = options if isinstance(options, Mapping) else {}
            found.append(Stated(plain_text(name), kind, known, required))
    return found


def takes_any_name(input_types: Mapping[str, Any]) -> bool:
    """Whether the optional inputs claim to hold every name: the trick for any number of inputs."""
    optional = input_types.get("optional")
    return isinstance(optional, Mapping) and _NO_INPUT in optional


def hidden_inputs(input_types: Mapping[str, Any]) -> dict[str, str]:
    """Parameter name → which hidden value it takes (``PROMPT``, ``UNIQUE_ID`` …)."""
    hidden = input_types.get("hidden")
    if not isinstance(hidden, Mapping):
        return {}
    kinds = {plain_text(name): item for name, item in hidden.items()}
    return {name: plain_text(item[0] if isinstance(item, (list, tuple)) else item) for name, item in kinds.items()}


def input_spec(stated: Stated, *, unbounded: bool) -> InputSpec:
    """One input. ``unbounded``: the node judges the value itself."""
    options = stated.options
    wired_only = bool(options.get("forceInput") or options.get("defaultInput"))
    widget = None if wired_only else _widget(stated)
    fetched = isinstance(widget, ChoiceWidget) and stated.choices is None
    return InputSpec(
        name=stated.name,
        type=type_name(stated.kind),
        required=stated.required,
        widget=widget,
        tooltip=plain_text(options.get("tooltip") or ""),
        lazy=bool(options.get("lazy")),
        raw_link=bool(options.get("rawLink")),
        any_value=widget is None,
        unbounded=unbounded or fetched,
    )


def _widget(stated: Stated) -> Widget | None:
    options, choices = stated.options, stated.choices
    default = options.get("default")
    match type_name(stated.kind):
        case "INT":
            return IntegerWidget(
                default=_integer(default, 0),
                minimum=_integer(options.get("min")),
                maximum=_integer(options.get("max")),
                step=max(1, _integer(options.get("step"), 1) or 1),
                seed=bool(options.get("control_after_generate", stated.name in _SEEDS)),
            )
        case "FLOAT":
            return NumberWidget(
                default=_number(default, 0.0),
                minimum=_number(options.get("min")),
                maximum=_number(options.get("max")),
                step=_number(options.get("step")),
                slider=options.get("display") == "slider",
            )
        case "STRING":
            return TextWidget(
                default=plain_text(default if default is not None else options.get("defaultVal", "")),
                multiline=bool(options.get("multiline")),
                placeholder=plain_text(options.get("placeholder") or ""),
            )
        case "BOOLEAN":
            return BooleanWidget(default=bool(default))
        case "COMBO":
            if options.get("multiselect") or options.get("multi_select"):
                return None  # a list of choices: taken as it comes
            names = tuple(plain_text(item) for item in choices or ())
            chosen = plain_text(default) if default is not None else (names[0] if names else None)
            if options.get("image_upload") and options.get("image_folder", "input") == "input":
                return FileWidget(root="input", extensions=PICTURES, upload=True, default=chosen)
            return ChoiceWidget(choices=names, default=chosen)
        case _:
            return None


def _integer(value: Any, fallback: int | None = None) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return fallback
    return int(value) if math.isfinite(value) else fallback


def _number(value: Any, fallback: float | None = None) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return fallback
    return float(value)
