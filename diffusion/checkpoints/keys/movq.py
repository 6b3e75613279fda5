"""MoVQ in files: the authors' layout, which is ours, and diffusers'."""

from collections.abc import Iterable, Mapping

from diffusion.checkpoints.keys.diffusers_unet import translated
from diffusion.checkpoints.keys.diffusers_vae import map_diffusers_vae_keys
from diffusion.checkpoints.keys.ldm import map_vq_keys
from diffusion.checkpoints.keys.reading import Shapes, count, shape_of
from diffusion.checkpoints.shapes import autoencoder_config_from_shapes
from diffusion.networks.vq import VQConfig

_ATTENTION = {
    "group_norm": "norm",
    "spatial_norm": "norm",
    "to_q": "q",
    "to_k": "k",
    "to_v": "v",
    "to_out.0": "proj_out",
}


def _attention_levels(side: str, theirs: str, ours: str, levels: int, blocks: int) -> dict[str, str]:
    """Attention inside levels, which the KL autoencoders of diffusers do not have."""
    table: dict[str, str] = {}
    for place in range(levels):
        level = place if theirs == "down_blocks" else levels - 1 - place
        for block in range(blocks):
            for inner, part in _ATTENTION.items():
                head = f"{side}.{theirs}.{place}.attentions.{block}.{inner}"
                table[head] = f"{side}.{ours}.{level}.attn.{block}.{part}"
    return table


def map_movq_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `MoVQ` → name in a file of diffusers or of the authors; a training loss is left out."""
    listed = list(names)
    if not any(name.startswith("decoder.up_blocks.") for name in listed):
        return map_vq_keys(listed)
    levels = count(listed, r"encoder\.down_blocks\.(\d+)\.")
    blocks = count(listed, r"encoder\.down_blocks\.0\.resnets\.(\d+)\.")
    modules = {"quantize.embedding": "quantize.embedding"}
    modules |= _attention_levels("encoder", "down_blocks", "down", levels, blocks)
    modules |= _attention_levels("decoder", "up_blocks", "up", levels, blocks + 1)
    middle = "decoder.mid_block.attentions.0.spatial_norm"
    modules[middle] = "decoder.mid.attn_1.norm"
    table = map_diffusers_vae_keys(listed)
    table |= {ours: name for name in listed if (ours := translated(name, modules)) is not None}
    return table


def movq_shapes(shapes: Shapes, names: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a file as `MoVQ` has them; linear layers of attention are viewed as 1×1 convolutions."""
    table: dict[str, tuple[int, ...]] = {}
    for ours, theirs in names.items():
        shape = tuple(shapes[theirs])
        table[ours] = (*shape, 1, 1) if ".attn" in ours and len(shape) == 2 else shape
    return table


def movq_config_from_shapes(shapes: Shapes) -> VQConfig:
    """Infer the configuration of a MoVQ autoencoder.

    Args:
        shapes: name in `MoVQ` → shape; see `movq_shapes`.

    Raises:
        ShapeError: a needed tensor is missing.
    """
    codes, code_width = shape_of(shapes, "quantize.embedding.weight", "MoVQ")
    return VQConfig(autoencoder_config_from_shapes(shapes), codes, code_width)
