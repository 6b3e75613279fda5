"""UNets of guided diffusion's layout: sizes read off their shapes, whoever published them."""

from dataclasses import dataclass, replace
from itertools import pairwise

from diffusion.checkpoints.keys.reading import ShapeError, Shapes, count, shape_of
from diffusion.networks.adm import AdmConfig
from diffusion.networks.attention_block import TextAttention
from diffusion.networks.residual import ResidualStyle

LATENT_HEAD_WIDTH = 32


@dataclass
class _Level:
    channels: int
    blocks: int
    attends: bool
    text_only: bool


def _shape_error(stage: str) -> ShapeError:
    return ShapeError(f"UNet: {stage} differs from the blocks of its level; such mixed levels are not supported")


def _attends(shapes: Shapes, block: str) -> bool:
    """Whether a layer is attention, its projections fused or kept apart."""
    return f"{block}.qkv.weight" in shapes or f"{block}.to_q.weight" in shapes


def _text_only(shapes: Shapes, block: str) -> bool:
    """Whether the layer makes queries of the picture alone: then keys come from the text, and nothing else."""
    if f"{block}.to_q.weight" in shapes:
        return f"{block}.to_k.weight" not in shapes
    return shapes.get(f"{block}.qkv.weight", (3, 1))[0] == shapes.get(f"{block}.qkv.weight", (3, 1))[1]


def _levels(shapes: Shapes) -> tuple[list[_Level], bool]:
    """Return the levels, and whether residual blocks change the size.

    A residual block that changes the size looks like any other; see `_breaks_between` for how it is told.
    """
    stages = count(shapes, r"input_blocks\.(\d+)\.")
    in_blocks = not any(key.endswith(".0.op.weight") for key in shapes)
    breaks = _breaks_between(shapes, stages, in_blocks)
    levels: list[_Level] = []
    for number in range(1, stages):
        if number in breaks:
            continue
        stage = f"input_blocks.{number}"
        width = shape_of(shapes, f"{stage}.0.out_layers.3.weight", "UNet")[0]
        attends = _attends(shapes, f"{stage}.1")
        level = _Level(width, 1, attends, _text_only(shapes, f"{stage}.1"))
        if number == 1 or number - 1 in breaks:
            levels.append(level)
        elif replace(levels[-1], blocks=1) != level:
            raise _shape_error(stage)
        else:
            levels[-1].blocks += 1
    return levels, in_blocks


def _breaks_between(shapes: Shapes, stages: int, in_blocks: bool) -> set[int]:
    """Return the numbers of the input stages that halve the size."""
    if not in_blocks:
        return {number for number in range(stages) if f"input_blocks.{number}.0.op.weight" in shapes}
    if not any(key.startswith("output_blocks.") for key in shapes):
        return _breaks_without_way_up(shapes, stages)
    # A stage of the way up that ends in a resampling has one layer more than attention would explain.
    ups: list[int] = []
    for number in range(stages):
        layers = count(shapes, rf"output_blocks\.{number}\.(\d+)\.")
        attends = _attends(shapes, f"output_blocks.{number}.1")
        if layers == (3 if attends else 2):
            ups.append(number)
    # The way up mirrors the way down: stage u of the one takes its skip from stage (stages - 1 - u) of the other.
    return {stages - 1 - number for number in ups}


def _breaks_without_way_up(shapes: Shapes, stages: int) -> set[int]:
    """A classifier has no way up: levels have equally many blocks, and a change of width or attention begins one.

    The number of blocks is what remains of the stages between two such changes when one is set aside to resample.
    """
    sizes: list[int] = []
    for blocks in range(1, stages):
        if (stages - 1 - blocks) % (blocks + 1):
            continue
        marks = [(blocks + 1) * level for level in range(1, (stages - 1 - blocks) // (blocks + 1) + 1)]
        if all(_fits_mark(shapes, mark) for mark in marks) and _even_between(shapes, marks, stages):
            sizes.append(blocks)
    if not sizes:
        raise ShapeError("classifier: its blocks do not fall into equal levels")
    blocks = sizes[0]
    return set(range(blocks + 1, stages, blocks + 1))


def _width(shapes: Shapes, number: int) -> int:
    return shape_of(shapes, f"input_blocks.{number}.0.out_layers.3.weight", "classifier")[0]


def _fits_mark(shapes: Shapes, number: int) -> bool:
    """Whether a stage could resample: it keeps the width and does not attend."""
    keeps = f"input_blocks.{number}.0.skip_connection.weight" not in shapes
    return keeps and f"input_blocks.{number}.1.qkv.weight" not in shapes


def _even_between(shapes: Shapes, marks: list[int], stages: int) -> bool:
    """Whether the stages between the marks are alike, level by level."""
    edges = [0, *marks, stages]
    for start, end in pairwise(edges):
        kinds = {(_width(shapes, n), f"input_blocks.{n}.1.qkv.weight" in shapes) for n in range(start + 1, end)}
        if len(kinds) != 1:
            return False
    return True


def adm_config_from_shapes(shapes: Shapes, *, head_width: int | None = 64, heads: int = 1) -> AdmConfig:
    """Infer the configuration of a UNet of guided diffusion's layout.

    Args:
        shapes: key → shape, without the file's prefix (`input_blocks.0.0.weight` …).
        head_width: channels of an attention head, which shapes cannot tell: 64 in pixel models, `LATENT_HEAD_WIDTH`
            in most of latent diffusion's, None where a model has the same number of `heads` at every level.
        heads: that number.

    Raises:
        ShapeError: a needed tensor is missing or the levels are not uniform.
    """
    conv_in = shape_of(shapes, "input_blocks.0.0.weight", "UNet")
    levels, in_blocks = _levels(shapes)
    first = "input_blocks.1.0"
    steering = shape_of(shapes, f"{first}.emb_layers.1.weight", "UNet")
    scale_shift = steering[0] == 2 * shape_of(shapes, f"{first}.out_layers.3.weight", "UNet")[0]
    text_keys = [key for key in shapes if key.endswith((".encoder_kv.weight", ".add_k_proj.weight"))]
    text = None
    if text_keys:
        normalise = any(key.endswith((".norm_encoder.weight", ".norm_cross.weight")) for key in shapes)
        text = TextAttention(shapes[text_keys[0]][1], normalise=normalise)
    last = shapes.get("out.2.weight") or shape_of(shapes, "out.2.c_proj.weight", "UNet")
    attention_levels = tuple(number for number, level in enumerate(levels) if level.attends)
    return AdmConfig(
        in_channels=conv_in[1],
        out_channels=last[0],
        model_channels=shape_of(shapes, "time_embed.0.weight", "UNet")[1],
        embedding_width=steering[1],
        level_channels=tuple(level.channels for level in levels),
        res_blocks=tuple(level.blocks for level in levels),
        attention_levels=attention_levels,
        middle_attention=_attends(shapes, "middle_block.1"),
        head_width=head_width,
        heads=heads,
        resample_in_blocks=in_blocks,
        style=ResidualStyle(scale_shift=scale_shift),
        text=text,
        text_only_levels=tuple(number for number in attention_levels if levels[number].text_only),
        middle_text_only=_text_only(shapes, "middle_block.1"),
        classes=shapes.get("label_emb.weight", (0,))[0],
        split_attention=any(key.endswith(".to_q.weight") for key in shapes),
    )


def classifier_side_from_shapes(shapes: Shapes) -> int:
    """Return the side of a classifier's coarsest feature map."""
    return round((shape_of(shapes, "out.2.positional_embedding", "classifier")[1] - 1) ** 0.5)
