"""A kind of model file: how it is recognised, and what opens it. Each group of families has a list in `opening/`."""

from collections.abc import Callable
from dataclasses import dataclass

from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes:
        name: short, such as "sd1_inpaint"; see `Detection.family`.
        title: the name people use.
        matches: the observation that makes a file one of this kind, as a sentence, or None. It sees names and shapes
            alone. Kinds are asked in the order of `KINDS`: the first that matches wins.
        open: builds its parts; None where the file is no model of its own (a LoRA is read by what applies it).
        remedy: for kinds without an opener: where such a file belongs.
    """

    name: str
    title: str
    matches: Callable[[Layout], str | None]
    open: Callable[[Opening], OpenedModel] | None = None
    remedy: str = ""
