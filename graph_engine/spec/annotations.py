"""The markers a node author puts into ``Annotated[...]``: what a plain Python type cannot say.

``Ge``, ``Le`` and ``MultipleOf`` come from ``annotated_types``; the rest are ours. All are plain data.
"""

from dataclasses import dataclass
from typing import Any

from annotated_types import Ge, Le, MultipleOf

__all__ = [
    "Choices",
    "Ge",
    "InputFile",
    "Lazy",
    "Le",
    "ModelFile",
    "Multiline",
    "MultipleOf",
    "Name",
    "Outputs",
    "Placeholder",
    "RawLink",
    "Seed",
    "Slider",
    "Socket",
    "Step",
    "Tooltip",
]


@dataclass(frozen=True)
class Socket:
    """The type name of a wire: ``Annotated[Tensor, Socket("IMAGE")]``. An input so marked has no widget."""

    type: str


@dataclass(frozen=True)
class Step:
    """How far one press of a spinner's arrow moves a number."""

    value: float


@dataclass(frozen=True)
class Slider:
    """Shows a bounded number as a slider."""


@dataclass(frozen=True)
class Seed:
    """A random seed: 0 … 2⁶⁴−1 unless ``Ge``/``Le`` say otherwise, with the randomise control beside it."""


@dataclass(frozen=True)
class Multiline:
    """A text of several lines, such as a prompt."""


@dataclass(frozen=True)
class Placeholder:
    """What an empty text field shows."""

    text: str


@dataclass(frozen=True)
class Choices:
    """A text that is one of a fixed list."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class ModelFile:
    """A text that names a file in the model folder of this kind (``checkpoints``, ``vae``, ``loras`` …)."""

    folder: str
    extensions: tuple[str, ...] = (".safetensors", ".ckpt", ".pt", ".pth", ".bin")


@dataclass(frozen=True)
class InputFile:
    """A text that names a file in the input folder; ``upload`` offers to add one.

    ``optional``: an empty text names none.
    """

    extensions: tuple[str, ...] = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
    upload: bool = True
    optional: bool = False


@dataclass(frozen=True)
class Tooltip:
    """A sentence of help on one socket or widget."""

    text: str


@dataclass(frozen=True)
class Name:
    """The name of an output, where the type's own name will not do."""

    text: str


@dataclass(frozen=True)
class Lazy:
    """This input is computed only when the node asks for it; see ``needs`` of ``@node``."""


@dataclass(frozen=True)
class RawLink:
    """The node receives the wire's upper end (a ``Link``) rather than the value; a plain value comes as it is.

    What is wired there still runs first, unless the input is :class:`Lazy` too.
    """


@dataclass(frozen=True, init=False)
class Outputs:
    """The output types of a node that returns a ``NodeResult``: ``Annotated[NodeResult, Outputs(Latent, Image)]``."""

    types: tuple[Any, ...]

    def __init__(self, *types: Any) -> None:
        object.__setattr__(self, "types", types)
