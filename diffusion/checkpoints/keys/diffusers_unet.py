"""What diffusers calls the parts of a latent-diffusion UNet: its own files, and most LoRA, use these names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diffusion.checkpoints.keys.reading import count
from diffusion.networks.unet import UNetConfig

RESIDUAL = {  # of a residual block: name in diffusers → name here
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_ENDS = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    # Vectors of unCLIP models; where classes have an embedding table, it has no further parts.
    "class_embedding.linear_1": "label_emb.0.0",
    "class_embedding.linear_2": "label_emb.0.2",
    "class_embedding": "label_emb",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}


@dataclass(frozen=True)
class UNetLayout:
    """As much about a UNet as its names depend on.

    Attributes:
        res_blocks: residual blocks of each level on the way down.
        attends: whether each level has transformers.
        middle_attends: whether the middle has one.
    """

    res_blocks: tuple[int, ...]
    attends: tuple[bool, ...]
    middle_attends: bool = True


def layout_of_config(config: UNetConfig) -> UNetLayout:
    """Return the layout of a UNet of ours."""
    attends = tuple(depth > 0 for depth in config.transformer_depth)
    return UNetLayout(config.res_blocks, attends, config.middle_depth > 0)


def layout_of_names(names: Iterable[str]) -> UNetLayout:
    """Return the layout of a UNet file of diffusers."""
    listed = list(names)
    levels = range(count(listed, r"down_blocks\.(\d+)\."))
    return UNetLayout(
        tuple(count(listed, rf"down_blocks\.{level}\.resnets\.(\d+)\.") for level in levels),
        tuple(any(name.startswith(f"down_blocks.{level}.attentions.") for name in listed) for level in levels),
        any(name.startswith("mid_block.attentions.") for name in listed),
    )


def _stage(theirs: str, block: int, ours: str, *, attends: bool) -> Iterator[tuple[str, str]]:
    yield f"{theirs}.resnets.{block}", f"{ours}.0"
    if attends:
        yield f"{theirs}.attentions.{block}", f"{ours}.1"


def _stages(layout: UNetLayout) -> Iterator[tuple[str, str]]:
    last = len(layout.res_blocks) - 1
    number = 1
    for level, (blocks, attends) in enumerate(zip(layout.res_blocks, layout.attends, strict=True)):
        for block in range(blocks):
            yield from _stage(f"down_blocks.{level}", block, f"input_blocks.{number}", attends=attends)
            number += 1
        if level < last:
            yield f"down_blocks.{level}.downsamplers.0.conv", f"input_blocks.{number}.0.op"
            number += 1
    yield "mid_block.resnets.0", "middle_block.0"
    if layout.middle_attends:
        yield "mid_block.attentions.0", "middle_block.1"
    yield "mid_block.resnets.1", f"middle_block.{2 if layout.middle_attends else 1}"
    number = 0
    for place, level in enumerate(reversed(range(last + 1))):
        for block in range(layout.res_blocks[level] + 1):
            yield from _stage(f"up_blocks.{place}", block, f"output_blocks.{number}", attends=layout.attends[level])
            number += 1
        if level:
            layer = 2 if layout.attends[level] else 1
            yield f"up_blocks.{place}.upsamplers.0.conv", f"output_blocks.{number - 1}.{layer}.conv"


def diffusers_unet_modules(layout: UNetLayout) -> dict[str, str]:
    """Return name of a part in diffusers → name in `UNet`, for every part whose name differs."""
    table = dict(_ENDS)
    for theirs, ours in _stages(layout):
        if ".resnets." in theirs:
            table |= {f"{theirs}.{inner}": f"{ours}.{part}" for inner, part in RESIDUAL.items()}
        else:
            table[theirs] = ours
    return table


def translated(name: str, modules: dict[str, str]) -> str | None:
    """Return our name for a name of diffusers, whose beginning is in the table, or None."""
    head = name
    while head not in modules:
        head, dot, _ = head.rpartition(".")
        if not dot:
            return None
    return modules[head] + name[len(head) :]


def map_diffusers_unet_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `UNet` → name in a file of diffusers; names that are no part of one are left out."""
    listed = list(names)
    modules = diffusers_unet_modules(layout_of_names(listed))
    return {ours: name for name in listed if (ours := translated(name, modules)) is not None}
