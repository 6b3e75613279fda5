"""Node types as the palette reads them. Integers beyond 2⁵³ − 1 travel as decimal text."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Annotated, Any, Literal

from pydantic import Field

from web.server.schemas.base import Model

WideInteger = int | str


class IntegerWidgetModel(Model):
    """A whole number, edited in place."""

    kind: Literal["integer"]
    default: WideInteger | None = None
    minimum: WideInteger | None = None
    maximum: WideInteger | None = None
    step: WideInteger = 1
    seed: bool = False


class NumberWidgetModel(Model):
    """A real number, edited in place."""

    kind: Literal["number"]
    default: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    slider: bool = False


class TextWidgetModel(Model):
    """A text, edited in place."""

    kind: Literal["text"]
    default: str | None = None
    multiline: bool = False
    placeholder: str = ""


class BooleanWidgetModel(Model):
    """A switch."""

    kind: Literal["boolean"]
    default: bool | None = None


class ChoiceWidgetModel(Model):
    """One of a fixed list."""

    kind: Literal["choice"]
    choices: list[str]
    default: str | None = None


class FileWidgetModel(Model):
    """One of the files listed when the answer was made."""

    kind: Literal["file"]
    root: Literal["models", "input"]
    folder: str = ""
    extensions: list[str] = []
    upload: bool = False
    choices: list[str] = []
    default: str | None = None
    optional: bool = False


WidgetModel = Annotated[
    IntegerWidgetModel | NumberWidgetModel | TextWidgetModel | BooleanWidgetModel | ChoiceWidgetModel | FileWidgetModel,
    Field(discriminator="kind"),
]


class InputModel(Model):
    """One input of a node type."""

    name: str
    type: str
    required: bool = True
    widget: WidgetModel | None = None
    tooltip: str = ""
    lazy: bool = False
    any_value: bool = False
    """Takes a plain value of any kind beside a wire."""
    raw_link: bool = False
    """Takes the wire itself, not what comes along it."""
    unbounded: bool = False
    """Its value is brought to type, but bounds and choices are left to the node."""


class OutputModel(Model):
    """One output of a node type."""

    name: str
    type: str
    tooltip: str = ""
    is_list: bool = False


class NodeTypeModel(Model):
    """The public face of a node type."""

    id: str
    title: str
    category: str
    description: str = ""
    version: str = "1"
    inputs: list[InputModel] = []
    outputs: list[OutputModel] = []
    is_output: bool = False
    cacheable: bool = True
    list_inputs: bool = False
    """Takes every input as a list, in one call."""
    further_inputs: Literal["", "wires", "any"] = ""
    """Which inputs it takes beyond those stated, by any name."""
    checks_inputs: bool = False
    """The worker is asked whether the node accepts its inputs before a job is made."""
    checks_types: bool = False
    """The types of its wires are left to that check."""
    deprecated: bool = False
    experimental: bool = False
    aliases: list[str] = []
    source: str = "builtin"
    extra: dict[str, Any] = {}


class NodeTypes(Model):
    """The palette. ``source`` tells whether the worker has reported yet or the shipped catalogue answers."""

    revision: str
    source: Literal["shipped", "worker"]
    nodes: list[NodeTypeModel]
