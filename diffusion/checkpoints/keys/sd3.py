"""Stable Diffusion 3 and 3.5 in the single-file layout: the transformer, and where everything else is."""

from math import isqrt

from diffusion.checkpoints.keys.reading import ShapeError, Shapes, count, heads_of, shape_of
from diffusion.networks.mmdit import MMDiTConfig

TRANSFORMER = "model.diffusion_model."
AUTOENCODER = "first_stage_model."
T5 = "text_encoders.t5xxl.transformer."

_HEAD_WIDTH = 64


def mmdit_config_from_shapes(shapes: Shapes) -> MMDiTConfig:
    """Infer the configuration of the transformer.

    Args:
        shapes: key → shape, without the file's prefix (`x_embedder.proj.weight` …).

    Raises:
        ShapeError: a needed tensor is missing, or the table of positions is no square.
    """
    part = "MMDiT"
    width, channels, patch, _ = shape_of(shapes, "x_embedder.proj.weight", part)
    positions = shape_of(shapes, "pos_embed", part)[1]
    if isqrt(positions) ** 2 != positions:
        raise ShapeError(f"{part}: its table of {positions} positions is no square")
    return MMDiTConfig(
        channels=channels,
        patch=patch,
        width=width,
        depth=count(shapes, r"joint_blocks\.(\d+)\."),
        heads=heads_of(width, _HEAD_WIDTH, part),
        context_width=shape_of(shapes, "context_embedder.weight", part)[1],
        vector_width=shape_of(shapes, "y_embedder.mlp.0.weight", part)[1],
        grid=isqrt(positions),
        normalise_query_key="joint_blocks.0.x_block.attn.ln_q.weight" in shapes,
        dual_layers=count(shapes, r"joint_blocks\.(\d+)\.x_block\.attn2\."),
    )
