"""CLIP's image encoders in files of their own, or with the text encoder they were trained with."""

from collections.abc import Mapping

from diffusion.checkpoints.keys.clip_vision import (
    clip_vision_config_from_shapes,
    map_clip_vision_keys,
    map_open_clip_vision_keys,
)
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import ORPHANS, clip_part, open_clip_part
from diffusion.checkpoints.recipe import Take
from diffusion.checkpoints.weights import Weighted
from diffusion.networks.clip_vision import ClipVision

_TRANSFORMERS = ("", "image_encoder.", "clip_vision.", "model.")
# `embedder.model.` is where unCLIP checkpoints of Stable Diffusion 2 keep theirs.
_OPEN_CLIP = ("visual.", "model.visual.", "embedder.model.visual.", "clip.visual.")
_FIRST = "vision_model.embeddings.patch_embedding.weight"


def _keys(layout: Layout) -> Mapping[str, str | Take]:
    for prefix in _TRANSFORMERS:
        if prefix + _FIRST in layout.shapes:
            return map_clip_vision_keys(layout.shapes, prefix)
    for prefix in _OPEN_CLIP:
        if prefix + "conv1.weight" in layout.shapes and prefix + "class_embedding" in layout.shapes:
            return map_open_clip_vision_keys(layout.shapes, prefix)
    return {}


def vision_part(opening: Opening) -> Weighted[ClipVision] | None:
    """Build the CLIP image encoder of a file, where it has one."""
    keys = _keys(opening.layout)
    if not keys:
        return None
    return opening.part(
        "vision", keys, lambda shapes: ClipVision(clip_vision_config_from_shapes(shapes)), title="image encoder"
    )


def open_vision(opening: Opening) -> OpenedModel:
    """Open a CLIP image encoder, and the text encoder of a whole CLIP beside it.

    Raises:
        CheckpointError: a part is incomplete.
    """
    vision = vision_part(opening)
    text = clip_part(opening, "", projected=True) or open_clip_part(opening, "")
    opening.leave_matching(ORPHANS)
    return OpenedModel(opening.file.path, opening.detection, vision=vision, text=() if text is None else (text,))


def _vision(layout: Layout) -> str | None:
    return "a vision transformer with CLIP's names" if _keys(layout) else None


VISION_KINDS = (Kind("clip_vision", "CLIP image encoder", _vision, open_vision),)
"""Asked before text encoders: a whole CLIP has both."""
