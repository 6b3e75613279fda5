"""CLIP text encoders in files: OpenCLIP's own layout, and the layout of transformers with a projection."""

from collections.abc import Iterable

from diffusion.checkpoints.keys.reading import Shapes, count, heads_of, shape_of, under
from diffusion.networks.open_clip import OpenClipTextConfig
from diffusion.networks.transformer import Activation

# Where the layout is found: Stable Diffusion 2, SDXL's second encoder, the refiner's only one.
OPEN_CLIP_SD2 = "cond_stage_model.model."
OPEN_CLIP_SDXL = "conditioner.embedders.1.model."
OPEN_CLIP_REFINER = "conditioner.embedders.0.model."
# SDXL's first encoder, and the prefixes that Stable Diffusion 3 puts before its two.
TRANSFORMERS_SDXL = "conditioner.embedders.0.transformer."
TRANSFORMERS_SD3_L = "text_encoders.clip_l.transformer."
TRANSFORMERS_SD3_G = "text_encoders.clip_g.transformer."

_HEAD_WIDTH = 64
# Scalars and tables of constants that inference does not read.
_UNREAD = ("logit_scale", "attn_mask", "embeddings.position_ids")


def map_open_clip_keys(names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """Return name in `OpenClipText` → name in the file."""
    return {ours: theirs for ours, theirs in under(names, prefix).items() if ours not in _UNREAD}


def open_clip_text_config_from_shapes(
    shapes: Shapes, *, heads: int | None = None, activation: Activation = "gelu"
) -> OpenClipTextConfig:
    """Infer the configuration of an OpenCLIP text encoder.

    Args:
        shapes: key → shape, without the file's prefix (`token_embedding.weight` …).
        heads, activation: what the file's metadata says. Shapes cannot tell; without them the convention of
            LAION's models holds: heads of 64 channels and the exact GELU.

    Raises:
        ShapeError: a needed tensor is missing, or the width is not a multiple of the heads.
    """
    part = "text encoder"
    vocabulary, width = shape_of(shapes, "token_embedding.weight", part)
    return OpenClipTextConfig(
        width=width,
        mlp_width=shape_of(shapes, "transformer.resblocks.0.mlp.c_fc.weight", part)[0],
        layers=count(shapes, r"transformer\.resblocks\.(\d+)\."),
        heads=heads or heads_of(width, _HEAD_WIDTH, part),
        vocabulary=vocabulary,
        positions=shape_of(shapes, "positional_embedding", part)[0],
        projection=shape_of(shapes, "text_projection", part)[1],
        activation=activation,
    )


def map_clip_keys(names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """Return name in `ClipText` or `ClipTextWithProjection` → name in the file, for the layout of transformers.

    Files have a level `text_model.` that the library dropped in its fifth version.
    """
    table: dict[str, str] = {}
    for name, theirs in under(names, prefix).items():
        bare = name.removeprefix("text_model.")
        if bare not in _UNREAD:
            table[bare if bare.startswith("text_projection.") else "transformer." + bare] = theirs
    return table
