"""Tells what kind a model file is from key names and shapes alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diffusion.checkpoints.layout import Layout

if TYPE_CHECKING:
    from diffusion.checkpoints.kind import Kind


@dataclass(frozen=True)
class Detection:
    """The kind a file is of, and the observations that say so.

    Attributes:
        family: short name of the kind, such as "sd1_inpaint"; None when nothing is recognised.
        title: the name people use.
        supported: whether it can be opened as a model.
        why: what was found, one short sentence each.
    """

    family: str | None
    title: str
    supported: bool
    why: tuple[str, ...]


def _observations(layout: Layout) -> tuple[str, ...]:
    found = [f"{len(layout.shapes)} tensors"]
    if layout.denoiser_prefix is not None:
        found.append(f"the denoiser is under {layout.denoiser_prefix!r}" if layout.denoiser_prefix else "no prefix")
    if layout.inputs:
        found.append(f"the UNet reads {layout.inputs} channels")
    if layout.context_width is not None:
        found.append(f"it attends to text features {layout.context_width} wide")
        found.append(f"its transformers project with {'linear layers' if layout.linear else '1×1 convolutions'}")
    if layout.vector_width is not None:
        found.append(f"it reads a vector of {layout.vector_width} numbers")
    if layout.autoencoder_prefix:
        found.append(f"there is an autoencoder under {layout.autoencoder_prefix}")
    return tuple(found)


def detect(layout: Layout, kinds: Sequence["Kind"]) -> Detection:
    """Tell the kind of a file; see `KINDS` for all of them."""
    why = _observations(layout)
    for kind in kinds:
        reason = kind.matches(layout)
        if reason is not None:
            return Detection(kind.name, kind.title, kind.open is not None, (*why, reason))
    first = (f"the first key is {next(iter(layout.shapes))!r}",) if layout.shapes else ()
    return Detection(None, "unknown", False, (*why, *first))
