"""T2I-Adapter's style model."""

from diffusion.checkpoints.keys.reading import Shapes, count, shape_of
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.networks.style import StyleConfig, StyleModel

_FIRST = "transformer_layes.0.attn.in_proj_weight"
_HEADS = 8


def style_config_from_shapes(shapes: Shapes) -> StyleConfig:
    """Infer the configuration of a style model; its 8 heads are those of the one that was published.

    Raises:
        ShapeError: a needed tensor is missing.
    """
    width, context = shape_of(shapes, "proj", "style model")
    tokens = shape_of(shapes, "style_embedding", "style model")[1]
    return StyleConfig(width, count(shapes, r"transformer_layes\.(\d+)\."), _HEADS, tokens, context)


def open_style(opening: Opening) -> OpenedModel:
    """Open a style model (Mou et al. 2023).

    Raises:
        CheckpointError: it is incomplete.
    """
    keys = {name: name for name in opening.file.shapes}
    style = opening.part("style", keys, lambda shapes: StyleModel(style_config_from_shapes(shapes)))
    return OpenedModel(opening.file.path, opening.detection, parts={"style": style})


def _style(layout: Layout) -> str | None:
    found = "style_embedding" in layout.shapes and _FIRST in layout.shapes
    return "tokens of its own among a picture's features" if found else None


STYLE_KINDS = (Kind("style_model", "style model", _style, open_style),)
"""Style models."""
