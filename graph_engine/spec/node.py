"""What a node is: its sockets, widgets and help, as data that travels between processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

SAFE_INTEGER = 2**53 - 1
"""The largest integer every JSON reader keeps exact; larger limits travel as decimal text."""


@dataclass(frozen=True, kw_only=True)
class IntegerWidget:
    """A whole number. ``seed`` adds the randomise control; values above 2⁵³ may travel as decimal text."""

    kind: Literal["integer"] = "integer"
    default: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    step: int = 1
    seed: bool = False


@dataclass(frozen=True, kw_only=True)
class NumberWidget:
    """A real number."""

    kind: Literal["number"] = "number"
    default: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    slider: bool = False


@dataclass(frozen=True, kw_only=True)
class TextWidget:
    """A text; ``multiline`` for prompts."""

    kind: Literal["text"] = "text"
    default: str | None = None
    multiline: bool = False
    placeholder: str = ""


@dataclass(frozen=True, kw_only=True)
class BooleanWidget:
    """A switch."""

    kind: Literal["boolean"] = "boolean"
    default: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceWidget:
    """One of a fixed list of texts."""

    kind: Literal["choice"] = "choice"
    choices: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, kw_only=True)
class FileWidget:
    """One of the files in a folder that the server lists per request, so that the list is never stale.

    ``root`` is ``"models"`` (then ``folder`` names the kind, e.g. ``checkpoints``) or ``"input"``. ``choices`` is
    empty in a spec at rest and filled in by whoever answers a request. ``optional``: an empty text names no file.
    """

    kind: Literal["file"] = "file"
    root: Literal["models", "input"] = "models"
    folder: str = ""
    extensions: tuple[str, ...] = ()
    upload: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    optional: bool = False


Widget = IntegerWidget | NumberWidget | TextWidget | BooleanWidget | ChoiceWidget | FileWidget


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """One input. With a ``widget`` its value can be edited in place; any input can also be wired.

    ``type`` is the socket's type name (``LATENT``, ``INT``, ``COMBO`` …; ``*`` accepts anything).
    """

    name: str
    type: str
    required: bool = True
    widget: Widget | None = None
    tooltip: str = ""
    lazy: bool = False
    raw_link: bool = False
    any_value: bool = False
    """Takes a plain value of any kind beside a wire, though it has no widget of ours."""
    unbounded: bool = False
    """Its value is brought to type, but bounds and choices are left to the node."""


@dataclass(frozen=True, kw_only=True)
class OutputSpec:
    """One output. Names are unique within a node; by default the type's own name, as ComfyUI has it."""

    name: str
    type: str
    tooltip: str = ""
    is_list: bool = False


@dataclass(frozen=True, kw_only=True)
class NodeSpec:
    """The public face of a node. The function behind it stays in the worker."""

    id: str
    title: str
    category: str
    description: str = ""
    version: str = "1"
    inputs: tuple[InputSpec, ...] = ()
    outputs: tuple[OutputSpec, ...] = ()
    is_output: bool = False
    cacheable: bool = True
    list_inputs: bool = False
    """Called once with every input as a list, rather than once for each item."""
    deprecated: bool = False
    experimental: bool = False
    aliases: tuple[str, ...] = ()
    source: str = "builtin"
    further_inputs: Literal["", "wires", "any"] = ""
    """Which inputs it takes beyond those stated, by any name: none, wires, or values too."""
    checks_inputs: bool = False
    """The worker is to be asked whether the node accepts its inputs before a job is made."""
    checks_types: bool = False
    """The types of its wires are left to that check."""
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def input(self, name: str) -> InputSpec | None:
        """The input called ``name``, or None."""
        return next((item for item in self.inputs if item.name == name), None)

    def output_index(self, name: str) -> int | None:
        """The slot of the output called ``name``, or None."""
        return next((index for index, item in enumerate(self.outputs) if item.name == name), None)


Catalogue = Mapping[str, NodeSpec]
"""Every known node type by id."""
