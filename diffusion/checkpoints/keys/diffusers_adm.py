"""What diffusers calls the parts of pixel UNets (its `SimpleCrossAttn` and `Resnet` blocks).

Kandinsky 2, Karlo and DeepFloyd IF are published so: levels of residual blocks that also change the size.
"""

from collections.abc import Iterable, Iterator

from diffusion.checkpoints.keys.diffusers_unet import RESIDUAL, UNetLayout, layout_of_names, translated

_ENDS = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}


def _down(layout: UNetLayout) -> Iterator[tuple[str, str]]:
    number = 1
    for level, (blocks, attends) in enumerate(zip(layout.res_blocks, layout.attends, strict=True)):
        for block in range(blocks):
            yield f"down_blocks.{level}.resnets.{block}", f"input_blocks.{number}.0"
            if attends:
                yield f"down_blocks.{level}.attentions.{block}", f"input_blocks.{number}.1"
            number += 1
        if level + 1 < len(layout.res_blocks):
            yield f"down_blocks.{level}.downsamplers.0", f"input_blocks.{number}.0"
            number += 1


def _up(layout: UNetLayout) -> Iterator[tuple[str, str]]:
    number = 0
    for place, level in enumerate(reversed(range(len(layout.res_blocks)))):
        attends = layout.attends[level]
        for block in range(layout.res_blocks[level] + 1):
            yield f"up_blocks.{place}.resnets.{block}", f"output_blocks.{number}.0"
            if attends:
                yield f"up_blocks.{place}.attentions.{block}", f"output_blocks.{number}.1"
            number += 1
        if level:
            yield f"up_blocks.{place}.upsamplers.0", f"output_blocks.{number - 1}.{2 if attends else 1}"


def diffusers_adm_modules(layout: UNetLayout) -> dict[str, str]:
    """Return name of a part in diffusers → name in `AdmUNet`, for every part of the UNet itself."""
    table = dict(_ENDS)
    middle = [("mid_block.resnets.0", "middle_block.0")]
    if layout.middle_attends:
        middle.append(("mid_block.attentions.0", "middle_block.1"))
    middle.append(("mid_block.resnets.1", f"middle_block.{2 if layout.middle_attends else 1}"))
    for theirs, ours in [*_down(layout), *middle, *_up(layout)]:
        if ".attentions." in theirs:
            table[theirs] = ours
        else:
            table |= {f"{theirs}.{inner}": f"{ours}.{part}" for inner, part in RESIDUAL.items()}
    return table


def map_diffusers_adm_keys(names: Iterable[str], kept: Iterable[str] = ()) -> dict[str, str]:
    """Return name in `AdmUNet` → name in a file of diffusers; names that are no part of one are left out.

    Args:
        names: in the file.
        kept: beginnings of names that are the same on both sides (`encoder_hid_proj` …).
    """
    listed = list(names)
    modules = diffusers_adm_modules(layout_of_names(listed)) | {name: name for name in kept}
    return {ours: name for name in listed if (ours := translated(name, modules)) is not None}
