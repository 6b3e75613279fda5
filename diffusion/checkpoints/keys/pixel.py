"""Pixel models with text: GLIDE, Karlo's decoder, DeepFloyd IF. What each adds to the UNet of guided diffusion."""

from collections.abc import Iterable
from dataclasses import replace

from diffusion.checkpoints.keys.adm import adm_config_from_shapes
from diffusion.checkpoints.keys.diffusers_adm import map_diffusers_adm_keys
from diffusion.checkpoints.keys.reading import Shapes, count, heads_of, shape_of
from diffusion.networks.adm import AdmConfig
from diffusion.networks.deepfloyd import DeepFloydTextConfig
from diffusion.networks.glide import GlideTextConfig
from diffusion.networks.karlo import KarloTextConfig
from diffusion.networks.noisy_clip import NoisyClipConfig

KARLO = "model."
KARLO_UPSAMPLER_FIRST = "model_first_steps."
KARLO_UPSAMPLER_LAST = "model_last_step."

_HEAD_WIDTH = 64
# What diffusers calls the parts of a stage of DeepFloyd IF that are not its UNet's.
_DEEPFLOYD_TEXT = {
    "encoder_hid_proj": "encoder_proj",
    "add_embedding.norm1": "encoder_pooling.0",
    "add_embedding.pool": "encoder_pooling.1",
    "add_embedding.proj": "encoder_pooling.2",
    "add_embedding.norm2": "encoder_pooling.3",
    "class_embedding.linear_1": "aug_proj.0",
    "class_embedding.linear_2": "aug_proj.2",
}
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


def map_deepfloyd_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `DeepFloydUNet` → name in a file, of its authors or of diffusers."""
    listed = list(names)
    if not any(name.startswith("down_blocks.") for name in listed):
        return {name: name for name in listed}
    table = map_diffusers_adm_keys(listed)
    for name in listed:
        for theirs, ours in _DEEPFLOYD_TEXT.items():
            if name.startswith(f"{theirs}."):
                table[f"{ours}{name.removeprefix(theirs)}"] = name
    return table


def adm_config_of_file(shapes: Shapes) -> AdmConfig:
    """Infer the configuration of a published model of guided diffusion, with what its shapes do not tell.

    Its README says the rest: four heads at every level in the model of 128 pixels and the upsampler to 256; queries
    of all heads first ("new attention order") in the model of 64 pixels alone; heads of 64 channels otherwise.

    Raises:
        ShapeError: a needed tensor is missing, or the levels are not uniform.
    """
    config = adm_config_from_shapes(shapes)
    levels, upsampler = len(config.level_channels), config.in_channels == 6
    if config.out_channels not in (3, 6):
        return config  # a classifier: heads of 64 channels throughout
    four_heads = levels == 5 or (upsampler and levels == 6)
    if four_heads:
        return replace(config, head_width=None, heads=4)
    return replace(config, part_major=levels == 4 and config.classes > 0)


def noisy_clip_config_from_shapes(shapes: Shapes) -> NoisyClipConfig:
    """Infer the configuration of a half of GLIDE's noise-aware CLIP.

    Raises:
        ShapeError: a needed tensor is missing.
    """
    part = "noise-aware CLIP"
    positions, width = shape_of(shapes, "blocks.input.w_pos", part)
    return NoisyClipConfig(
        width=width,
        layers=count(shapes, r"blocks\.block_(\d+)\."),
        heads=heads_of(width, _HEAD_WIDTH, part),
        embedding=shape_of(shapes, "blocks.output.f.w", part)[0],
        positions=positions,
        patch=shapes.get("blocks.input.patch_proj", (0, 0, 4))[2],
        timesteps=shapes.get("blocks.input.w_t", (1000,))[0],
        vocabulary=shapes.get("blocks.input.w_voc", (65_536,))[0],
    )
