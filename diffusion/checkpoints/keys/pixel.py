"""Pixel models with text: GLIDE, Karlo's decoder, DeepFloyd IF. What each adds to the UNet of guided diffusion."""

from dataclasses import replace

from diffusion.checkpoints.keys.adm import adm_config_from_shapes
from diffusion.checkpoints.keys.reading import Shapes, count, heads_of, shape_of
from diffusion.networks.adm import AdmConfig
from diffusion.networks.deepfloyd import DeepFloydTextConfig
from diffusion.networks.glide import GlideTextConfig
from diffusion.networks.karlo import KarloTextConfig

KARLO = "model."
KARLO_UPSAMPLER_FIRST = "model_first_steps."
KARLO_UPSAMPLER_LAST = "model_last_step."

_HEAD_WIDTH = 64
# As the published code has it: rounded, not the exact reciprocal of the root.
_DEEPFLOYD_RESIDUAL_SCALE = 0.7071


def glide_config_from_shapes(shapes: Shapes) -> tuple[AdmConfig, GlideTextConfig]:
    """Infer the configuration of a GLIDE model, base or upsampler, for inpainting or not.

    Args:
        shapes: key → shape of the whole file.

    Raises:
        ShapeError: a needed tensor is missing, or the levels are not uniform.
    """
    vocabulary, width = shape_of(shapes, "token_embedding.weight", "GLIDE")
    return adm_config_from_shapes(shapes), GlideTextConfig(
        width=width,
        layers=count(shapes, r"transformer\.resblocks\.(\d+)\."),
        heads=heads_of(width, _HEAD_WIDTH, "GLIDE"),
        vocabulary=vocabulary,
        positions=shape_of(shapes, "positional_embedding", "GLIDE")[0],
    )


def karlo_decoder_config_from_shapes(shapes: Shapes) -> tuple[AdmConfig, KarloTextConfig]:
    """Infer the configuration of Karlo's decoder.

    Args:
        shapes: key → shape, without the file's prefix (`input_blocks.0.0.weight` …).

    Raises:
        ShapeError: a needed tensor is missing, or the levels are not uniform.
    """
    width, clip_width = shape_of(shapes, "text_seq_proj.0.weight", "Karlo decoder")
    tokens = shape_of(shapes, "clip_tok_proj.weight", "Karlo decoder")[0] // width
    return adm_config_from_shapes(shapes), KarloTextConfig(clip_width, width, tokens)


def deepfloyd_config_from_shapes(shapes: Shapes) -> tuple[AdmConfig, DeepFloydTextConfig]:
    """Infer the configuration of a stage of DeepFloyd IF.

    Stages that read a small picture (II and III) activate the embedding once for all blocks and scale their
    residuals, which no shape tells; that they read one does.

    Args:
        shapes: key → shape of the whole file.

    Raises:
        ShapeError: a needed tensor is missing, or the levels are not uniform.
    """
    config = adm_config_from_shapes(shapes)
    augmented = "aug_proj.0.weight" in shapes
    style = replace(config.style, activation="gelu")
    if augmented:
        style = replace(style, activate_embedding=False, residual_scale=_DEEPFLOYD_RESIDUAL_SCALE)
    t5_width = shape_of(shapes, "encoder_pooling.0.weight", "DeepFloyd IF")[0]
    return replace(config, style=style), DeepFloydTextConfig(
        t5_width=t5_width,
        width=shapes.get("encoder_proj.weight", (t5_width,))[0],
        augmented=augmented,
    )
