"""Diffusion priors in files: Karlo's own layout, and diffusers' (Karlo, Kandinsky 2)."""

from diffusion.checkpoints.keys.reading import Shapes, count, heads_of, shape_of
from diffusion.networks.prior import FURTHER_TOKENS, PriorConfig

KARLO_PRIOR = "model."

_HEAD_WIDTH = 64


def _config(shapes: Shapes, projection: str, blocks: str) -> PriorConfig:
    width, clip_width = shape_of(shapes, projection, "prior")
    return PriorConfig(
        width=width,
        layers=count(shapes, blocks),
        heads=heads_of(width, _HEAD_WIDTH, "prior"),
        clip_width=clip_width,
        text_length=shape_of(shapes, "positional_embedding", "prior")[1] - FURTHER_TOKENS,
    )


def karlo_prior_config_from_shapes(shapes: Shapes) -> PriorConfig:
    """Infer the configuration of a prior in Karlo's layout.

    Args:
        shapes: key → shape, without the file's prefix (`text_enc_proj.weight` …).

    Raises:
        ShapeError: a needed tensor is missing.
    """
    return _config(shapes, "text_enc_proj.weight", r"transformer\.resblocks\.(\d+)\.")


def diffusers_prior_config_from_shapes(shapes: Shapes) -> PriorConfig:
    """Infer the configuration of a prior in diffusers' layout.

    Args:
        shapes: key → shape of the whole file.

    Raises:
        ShapeError: a needed tensor is missing.
    """
    return _config(shapes, "encoder_hidden_states_proj.weight", r"transformer_blocks\.(\d+)\.")
