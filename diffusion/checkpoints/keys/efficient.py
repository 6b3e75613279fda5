"""Efficient U-Nets (Saharia et al. 2022, appendix B) in the layout that this project trains and saves them in."""

from math import isqrt

from diffusion.checkpoints.keys.reading import Shapes, count, shape_of
from diffusion.networks.efficient_unet import EfficientUNetConfig

PART = "Efficient U-Net"


def is_efficient_unet(shapes: Shapes) -> bool:
    """Whether the names are an Efficient U-Net's."""
    return "conv_in.weight" in shapes and "down.0.0.emb_layers.1.weight" in shapes and "grow.0.conv.weight" in shapes


def efficient_unet_config_from_shapes(shapes: Shapes) -> EfficientUNetConfig:
    """Infer the configuration. The scale of skips is the paper's; heads are 64 channels wide, or the level's width.

    Raises:
        ShapeError: a needed tensor is missing.
    """
    levels = range(count(shapes, r"down\.(\d+)\."))
    widths = tuple(shape_of(shapes, f"down.{level}.0.out_layers.3.weight", PART)[0] for level in levels)
    stages = [count(shapes, rf"down\.{level}\.(\d+)\.") for level in levels]
    # What attends stands after a level's residual blocks.
    last = [f"down.{level}.{stages[level] - 1}" for level in levels]
    attends = [f"{stage}.qkv.weight" in shapes for stage in last]
    text = [shapes.get(f"{stage}.encoder_kv.weight") for stage in last]
    own = [attends[level] and shapes[f"{last[level]}.qkv.weight"][0] == 3 * widths[level] for level in levels]
    text_widths = [shape[1] for shape in text if shape is not None]
    conv_in, out = shape_of(shapes, "conv_in.weight", PART), shape_of(shapes, "out.2.weight", PART)
    return EfficientUNetConfig(
        in_channels=conv_in[1],
        out_channels=out[0],
        level_channels=widths,
        res_blocks=tuple(stages[level] - attends[level] for level in levels),
        self_attention=tuple(level for level in levels if own[level]),
        text_attention=tuple(level for level in levels if text[level] is not None),
        text_width=text_widths[0] if text_widths else 0,
        pooled_width=shapes.get("pooled_embed.0.weight", (0,))[0],
        augmented="aug_embed.0.weight" in shapes,
        resize_outside=count(shapes, r"shrink\.(\d+)\.") == len(levels),
        patch=patch_side(out[0]),
        norm="group" if "out.0.bias" in shapes else "position",
        embedding_width=shape_of(shapes, "time_embed.2.weight", PART)[0],
        residual="small_gain.weight" in shapes,
    )


def patch_side(channels: int) -> int:
    """Return the side of the square patch whose three colours, once or twice, are so many channels; 1 if none is."""
    sides = [isqrt(channels // colours) for colours in (3, 6)]
    fitting = [side for side, colours in zip(sides, (3, 6), strict=True) if side and colours * side**2 == channels]
    return fitting[0] if fitting else 1
