"""Read a network's configuration from the key names and shapes of its weights."""

import re
from dataclasses import dataclass, replace

from diffusion.checkpoints.keys.reading import ShapeError, Shapes, count, shape_of
from diffusion.networks.autoencoder import AutoencoderConfig
from diffusion.networks.clip import ClipTextConfig
from diffusion.networks.unet import UNetConfig


@dataclass(frozen=True)
class _Levels:
    channels: tuple[int, ...]
    blocks: tuple[int, ...]
    depths: tuple[int, ...]
    single_depths: tuple[int, ...]


def _transformer_depth(shapes: Shapes, prefix: str) -> int:
    return count(shapes, re.escape(prefix) + r"transformer_blocks\.(\d+)\.")


def _unet_levels(shapes: Shapes) -> _Levels:
    channels: list[int] = []
    blocks: list[int] = []
    depths: list[int] = []
    single: list[int] = []
    fresh = True
    for number in range(1, count(shapes, r"input_blocks\.(\d+)\.")):
        prefix = f"input_blocks.{number}"
        if f"{prefix}.0.op.weight" in shapes:
            fresh = True
            continue
        width = shape_of(shapes, f"{prefix}.0.out_layers.3.weight", "UNet")[0]
        depth = _transformer_depth(shapes, f"{prefix}.1.")
        single.append(depth)
        if fresh:
            channels.append(width)
            blocks.append(0)
            depths.append(depth)
            fresh = False
        if width != channels[-1]:
            raise ShapeError(
                f"UNet: {prefix} is {width} wide, its level began with {channels[-1]}; "
                "such mixed levels are not supported"
            )
        blocks[-1] += 1
    up = range(count(shapes, r"output_blocks\.(\d+)\."))
    single += [_transformer_depth(shapes, f"output_blocks.{number}.1.") for number in up]
    return _Levels(tuple(channels), tuple(blocks), tuple(depths), tuple(single))


def _middle_blocks(shapes: Shapes) -> int:
    """Count the residual blocks of the middle; a transformer between two of them is none."""
    return sum(f"middle_block.{number}.in_layers.0.weight" in shapes for number in range(3))


def unet_config_from_shapes(shapes: Shapes, *, heads: int | None = None, head_width: int | None = None) -> UNetConfig:
    """Infer the configuration of a latent-diffusion UNet.

    Args:
        shapes: key → shape, without the file's prefix (`input_blocks.0.0.weight` …).
        heads, head_width: what the file's metadata says about heads. Shapes cannot tell; without either the
            convention of the family holds: 8 heads where projections are convolutions (version 1), heads of
            64 channels where they are linear (version 2 and SDXL).

    Raises:
        ShapeError: a needed tensor is missing or the levels are not uniform.
    """
    conv_in = shape_of(shapes, "input_blocks.0.0.weight", "UNet")
    levels = _unet_levels(shapes)
    contexts = [shape[1] for key, shape in shapes.items() if key.endswith("attn2.to_k.weight")]
    linear = any(len(shape) == 2 for key, shape in shapes.items() if key.endswith("1.proj_in.weight"))
    if heads is None and head_width is None:
        heads, head_width = (None, 64) if linear else (8, None)
    label, label_size = "none", 0
    if "label_emb.0.0.weight" in shapes:
        label, label_size = "vector", shapes["label_emb.0.0.weight"][1]
    elif "label_emb.weight" in shapes:
        label, label_size = "class", shapes["label_emb.weight"][0]
    config = UNetConfig(
        in_channels=conv_in[1],
        out_channels=shape_of(shapes, "out.2.weight", "UNet")[0],
        model_channels=conv_in[0],
        level_channels=levels.channels,
        res_blocks=levels.blocks,
        transformer_depth=levels.depths,
        middle_depth=_transformer_depth(shapes, "middle_block.1."),
        context_width=contexts[0] if contexts else 0,
        heads=heads,
        head_width=head_width,
        linear_projections=linear,
        label=label,
        label_size=label_size,
        middle_blocks=_middle_blocks(shapes),
    )
    # Models cut out of a larger one (SSD-1B, Vega) are not the same everywhere in a level. A ControlNet has no way up.
    mixed = levels.single_depths != config.depths[: len(levels.single_depths)]
    return replace(config, block_depths=levels.single_depths) if mixed else config


def autoencoder_config_from_shapes(shapes: Shapes) -> AutoencoderConfig:
    """Infer the configuration of a KL autoencoder.

    Args:
        shapes: key → shape, without the file's prefix (`encoder.conv_in.weight` …).

    Raises:
        ShapeError: a needed tensor is missing.
    """
    conv_in = shape_of(shapes, "encoder.conv_in.weight", "autoencoder")
    levels = range(count(shapes, r"encoder\.down\.(\d+)\."))
    quant = shapes.get("post_quant_conv.weight")
    return AutoencoderConfig(
        image_channels=conv_in[1],
        base_channels=conv_in[0],
        level_channels=tuple(
            shape_of(shapes, f"encoder.down.{level}.block.0.conv1.weight", "autoencoder")[0] for level in levels
        ),
        res_blocks=count(shapes, r"encoder\.down\.0\.block\.(\d+)\."),
        attention_levels=tuple(level for level in levels if f"encoder.down.{level}.attn.0.norm.weight" in shapes),
        latent_channels=shape_of(shapes, "decoder.conv_in.weight", "autoencoder")[1],
        embedding_channels=None if quant is None else quant[1],
        middle_attention="encoder.mid.attn_1.norm.weight" in shapes,
    )


def clip_text_config_from_shapes(
    shapes: Shapes, *, heads: int | None = None, activation: str | None = None
) -> ClipTextConfig:
    """Infer the configuration of a CLIP text encoder.

    Args:
        shapes: key → shape, without anything before `embeddings.token_embedding.weight`.
        heads, activation: what the file's metadata says. Shapes cannot tell; without them the convention of
            OpenAI's CLIP holds: heads of 64 channels, and its quick form of the GELU.

    Raises:
        ShapeError: a needed tensor is missing, or the width is not a multiple of the heads.
    """
    part = "text encoder"
    vocabulary, width = shape_of(shapes, "embeddings.token_embedding.weight", part)
    heads = heads or max(1, width // 64)
    if width % heads:
        raise ShapeError(f"{part}: {heads} heads do not divide its width of {width}")
    return ClipTextConfig(
        width=width,
        mlp_width=shape_of(shapes, "encoder.layers.0.mlp.fc1.weight", part)[0],
        layers=count(shapes, r"encoder\.layers\.(\d+)\."),
        heads=heads,
        vocabulary=vocabulary,
        positions=shape_of(shapes, "embeddings.position_embedding.weight", part)[0],
        activation=activation or "quick_gelu",
    )
