"""The files of lucidrains' DALL·E 2: `DiffusionPrior`, its network alone, `Decoder`, and a UNet of it alone."""

from collections.abc import Iterable

from diffusion.checkpoints.keys.reading import ShapeError, Shapes, count, shape_of, under
from diffusion.networks.lucidrains_prior import LucidrainsPriorConfig
from diffusion.networks.lucidrains_unet import MEMORY_HEAD_WIDTH, LucidrainsUNetConfig

_PRIOR = "prior"
_DECODER = "decoder UNet"


def map_lucidrains_prior_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `LucidrainsPrior` → name in a file, whose network stands under `net.` or at the top.

    Buffers of its noise schedule and a whole CLIP (`clip.`) may lie beside it; they are left out.
    """
    listed = list(names)
    return under(listed, "net." if any(name.startswith("net.") for name in listed) else "")


def lucidrains_prior_config_from_shapes(shapes: Shapes) -> LucidrainsPriorConfig:
    """Infer the configuration of a prior.

    Args:
        shapes: name in `LucidrainsPrior` → shape.

    Raises:
        ShapeError: a needed tensor is missing, or the file uses an option that is not built (continuous time).
    """
    (width,) = shape_of(shapes, "learned_query", _PRIOR)
    block = "causal_transformer.layers.0"
    times = shapes.get("to_time_embeds.0.weight")
    if times is None:
        raise ShapeError("prior: it embeds time without a table (continuous time), which is not supported")
    text = shape_of(shapes, "null_text_embeds", _PRIOR)[1]
    return LucidrainsPriorConfig(
        width=width,
        layers=count(shapes, r"causal_transformer\.layers\.(\d+)\."),
        heads=shape_of(shapes, "causal_transformer.rel_pos_bias.relative_attention_bias.weight", _PRIOR)[1],
        head_width=shape_of(shapes, f"{block}.0.null_kv", _PRIOR)[1],
        hidden=shape_of(shapes, f"{block}.1.5.weight", _PRIOR)[1],
        text_length=shape_of(shapes, "null_text_encodings", _PRIOR)[1],
        timesteps=times[0],
        rotary_pairs=shapes.get(f"{block}.0.rotary_emb.freqs", (0,))[0],
        normalise_hidden=f"{block}.1.3.g" in shapes,
        text_tokens=text,
        time_tokens=times[1] // width,
        image_tokens=shapes.get("to_image_embeds.0.weight", (width,))[0] // width,
    )


def lucidrains_decoder_prefixes(names: Iterable[str]) -> tuple[str, ...]:
    """Return what stands before the names of each UNet of a decoder, smallest picture first; "" for a UNet alone."""
    listed = list(names)
    stages = count(listed, r"unets\.(\d+)\.")
    return tuple(f"unets.{stage}." for stage in range(stages)) or ("",)


def lucidrains_unet_config_from_shapes(shapes: Shapes) -> LucidrainsUNetConfig:
    """Infer the configuration of a UNet.

    Args:
        shapes: name in `LucidrainsUNet` → shape.

    Raises:
        ShapeError: a needed tensor is missing, or the file uses an option that is not built.
    """
    for key, option in (("downs.0.0.", "memory_efficient"), ("upsample_combiner.", "combine_upsample_fmaps")):
        if any(name.startswith(key) for name in shapes):
            raise ShapeError(f"{_DECODER}: it was built with {option}, which is not supported")
    kernels = [shape_of(shapes, f"init_conv.convs.{n}.weight", _DECODER) for n in _numbers(shapes, r"init_conv\.convs")]
    tokens, memory_width = shape_of(shapes, "null_image_embed", _DECODER)[1:]
    levels = _numbers(shapes, "downs")
    last = len(levels) - 1
    width = sum(kernel[0] for kernel in kernels)
    head_width = shape_of(shapes, "mid_attn.fn.fn.null_kv", _DECODER)[1]
    out_channels, exit_width = shape_of(shapes, "to_out.weight", _DECODER)[:2]
    return LucidrainsUNetConfig(
        in_channels=kernels[0][1],
        out_channels=out_channels,
        width=width,
        level_channels=tuple(
            shape_of(shapes, f"downs.{n}.4.weight" if n == last else f"downs.{n}.4.1.weight", _DECODER)[0]
            for n in levels
        ),
        res_blocks=tuple(count(shapes, rf"downs\.{n}\.2\.(\d+)\.") for n in levels),
        memory_width=memory_width,
        kernels=tuple(kernel[2] for kernel in kernels),
        kernel_channels=tuple(kernel[0] for kernel in kernels),
        attention_levels=tuple(n for n in levels if f"downs.{n}.3.fn.fn.null_kv" in shapes),
        attention_heads=shape_of(shapes, "mid_attn.fn.fn.to_q.weight", _DECODER)[0] // head_width,
        attention_head_width=head_width,
        memory_heads=shape_of(shapes, "mid_block1.cross_attn.to_q.weight", _DECODER)[0] // MEMORY_HEAD_WIDTH,
        image_width=shapes.get("to_image_hiddens.0.weight", (0, 0))[1],
        text_width=shapes.get("text_to_cond.weight", (0, 0))[1],
        text_length=shape_of(shapes, "null_text_embed", _DECODER)[1],
        image_tokens=tokens,
        time_tokens=shape_of(shapes, "to_time_tokens.0.weight", _DECODER)[0] // memory_width,
        reads_noise_level="to_lowres_noise_cond.1.weight" in shapes,
        reads_small=exit_width != width,
    )


def _numbers(shapes: Shapes, prefix: str) -> range:
    return range(count(shapes, rf"{prefix}\.(\d+)\."))
