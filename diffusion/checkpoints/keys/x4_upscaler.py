"""The x4 upscaler of Stable Diffusion 2: a UNet most of whose levels attend to the text alone."""

from dataclasses import replace

from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.unet import UNetConfig

# Its configuration says so; the rest of Stable Diffusion 2 has heads of 64 channels, and shapes do not tell.
_HEADS = 8


def x4_upscaler_config_from_shapes(shapes: Shapes) -> UNetConfig:
    """Infer the configuration, and which levels never attend to the picture.

    Args:
        shapes: key → shape, without the file's prefix (`input_blocks.0.0.weight` …).

    Raises:
        ShapeError: a needed tensor is missing or the levels are not uniform.
    """
    config = unet_config_from_shapes(shapes, heads=_HEADS)
    text_only: list[int] = []
    first_block = 1
    for level, blocks in enumerate(config.res_blocks):
        key = shapes.get(f"input_blocks.{first_block}.1.transformer_blocks.0.attn1.to_k.weight")
        # Where a level attends to itself, keys are made from its own features, as wide as the level.
        if key is not None and key[1] != config.level_channels[level]:
            text_only.append(level)
        first_block += blocks + 1
    return replace(config, text_only_levels=tuple(text_only))
