"""What diffusers calls the parts of a KL autoencoder, in its files of every age."""

from collections.abc import Iterable, Mapping

from diffusion.checkpoints.keys.diffusers_unet import translated
from diffusion.checkpoints.keys.reading import Shapes, count

# The first files had the names on the right of each pair.
_ATTENTION = {
    "group_norm": "norm",
    **dict.fromkeys(("to_q", "query"), "q"),
    **dict.fromkeys(("to_k", "key"), "k"),
    **dict.fromkeys(("to_v", "value"), "v"),
    **dict.fromkeys(("to_out.0", "proj_attn"), "proj_out"),
}
_RESIDUAL = {
    **{name: name for name in ("norm1", "conv1", "norm2", "conv2")},
    "conv_shortcut": "nin_shortcut",
}


def _levels(side: str, theirs: str, ours: str, levels: int, blocks: int) -> dict[str, str]:
    table: dict[str, str] = {}
    resample = "downsample" if theirs == "down_blocks" else "upsample"
    for place in range(levels):
        # The decoder of diffusers counts in the order of its run; the published keys count from the finest level.
        level = place if theirs == "down_blocks" else levels - 1 - place
        for block in range(blocks):
            for inner, part in _RESIDUAL.items():
                table[f"{side}.{theirs}.{place}.resnets.{block}.{inner}"] = (
                    f"{side}.{ours}.{level}.block.{block}.{part}"
                )
        table[f"{side}.{theirs}.{place}.{resample}rs.0.conv"] = f"{side}.{ours}.{level}.{resample}.conv"
    return table


def _middle(side: str) -> dict[str, str]:
    table = {
        f"{side}.mid_block.attentions.0.{inner}": f"{side}.mid.attn_1.{part}" for inner, part in _ATTENTION.items()
    }
    for block in (0, 1):
        for inner, part in _RESIDUAL.items():
            table[f"{side}.mid_block.resnets.{block}.{inner}"] = f"{side}.mid.block_{block + 1}.{part}"
    return table


def map_diffusers_vae_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `AutoencoderKL` → name in a file of diffusers; names that are no part of one are left out.

    Attention is linear layers there and 1×1 convolutions here: see `vae_shapes`.
    """
    listed = list(names)
    levels = count(listed, r"encoder\.down_blocks\.(\d+)\.")
    blocks = count(listed, r"encoder\.down_blocks\.0\.resnets\.(\d+)\.")
    modules = {name: name for name in ("quant_conv", "post_quant_conv")}
    modules |= _levels("encoder", "down_blocks", "down", levels, blocks)
    modules |= _levels("decoder", "up_blocks", "up", levels, blocks + 1)
    for side in ("encoder", "decoder"):
        modules |= _middle(side)
        modules |= {f"{side}.conv_in": f"{side}.conv_in", f"{side}.conv_out": f"{side}.conv_out"}
        modules[f"{side}.conv_norm_out"] = f"{side}.norm_out"
    return {ours: name for name in listed if (ours := translated(name, modules)) is not None}


def vae_shapes(shapes: Shapes, names: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a diffusers file as `AutoencoderKL` has them; a weight is viewed in its shape here.

    Args:
        shapes: of the file.
        names: from `map_diffusers_vae_keys`.
    """
    table: dict[str, tuple[int, ...]] = {}
    for ours, theirs in names.items():
        shape = tuple(shapes[theirs])
        table[ours] = (*shape, 1, 1) if ".attn_1." in ours and len(shape) == 2 else shape
    return table
