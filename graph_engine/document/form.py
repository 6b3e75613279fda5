"""The form of a workflow: some of its widgets and results as a simple page. It refers to them and copies nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.fields import text_of, without


@dataclass(frozen=True, kw_only=True)
class FormField:
    """A widget of a node. ``minimum`` and ``maximum`` narrow its own limits."""

    node: str
    widget: str
    label: str = ""
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """A heading over the fields that follow; ``folded``: closed until it is opened."""

    title: str
    folded: bool = False
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class FormOutput:
    """A node whose pictures are the form's result."""

    node: str
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


FormItem = FormField | FormSection | FormOutput


@dataclass(frozen=True, kw_only=True)
class Form:
    """Items in the order in which they are shown."""

    items: tuple[FormItem, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


def form_item(stated: Any) -> FormItem | str:
    """One item of a form from JSON, or why it is none."""
    if not isinstance(stated, Mapping):
        return "is not an object"
    value: Mapping[str, Any] = stated  # pyright: ignore[reportUnknownVariableType]
    kind = value.get("kind")
    if kind == "section":
        return FormSection(
            title=text_of(value.get("title")),
            folded=value.get("folded") is True,
            rest=without(value, "kind", "title", "folded"),
        )
    node, widget = text_of(value.get("node")), text_of(value.get("widget"))
    if kind not in ("field", "output"):
        return 'has a "kind" that is none of field, section and output'
    if not node or (kind == "field" and not widget):
        return "names no node" if not node else "names no widget"
    if kind == "output":
        return FormOutput(node=node, rest=without(value, "kind", "node"))
    return FormField(
        node=node,
        widget=widget,
        label=text_of(value.get("label")),
        help=text_of(value.get("help")),
        minimum=_number(value.get("minimum")),
        maximum=_number(value.get("maximum")),
        rest=without(value, "kind", "node", "widget", "label", "help", "minimum", "maximum"),
    )


def form_to_json(form: Form) -> dict[str, Any]:
    """The inverse of reading: what has its default is left out."""
    return {**form.rest, "items": [_item_to_json(item) for item in form.items]}


def _item_to_json(item: FormItem) -> dict[str, Any]:
    match item:
        case FormSection():
            return {**item.rest, "kind": "section", "title": item.title, **({"folded": True} if item.folded else {})}
        case FormOutput():
            return {**item.rest, "kind": "output", "node": item.node}
        case FormField():
            said = {"label": item.label, "help": item.help, "minimum": item.minimum, "maximum": item.maximum}
            stated = {name: value for name, value in said.items() if value not in ("", None)}
            return {**item.rest, "kind": "field", "node": item.node, "widget": item.widget, **stated}


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
