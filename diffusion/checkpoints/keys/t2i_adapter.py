"""T2I-Adapters in files: the authors' layout, and diffusers', which groups the blocks by level."""

import re
from collections.abc import Iterable

from diffusion.checkpoints.keys.reading import ShapeError, Shapes, count, shape_of
from diffusion.networks.t2i_adapter import T2IAdapterConfig

DIFFUSERS_MARK = "adapter.body.0.resnets.0.block1.weight"
_LEVELS = 4
_BLOCK = re.compile(r"adapter\.body\.(\d+)\.resnets\.(\d+)\.(.+)$")
_ENTRY = re.compile(r"adapter\.body\.(\d+)\.(in_conv\..+)$")


def map_t2i_adapter_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `T2IAdapter` → name in the file."""
    listed = list(names)
    if DIFFUSERS_MARK not in listed:
        return {name: name for name in listed if name.startswith(("conv_in.", "body."))}
    blocks = count(listed, r"adapter\.body\.0\.resnets\.(\d+)\.")
    table: dict[str, str] = {}
    for name in listed:
        if block := _BLOCK.match(name):
            table[f"body.{int(block[1]) * blocks + int(block[2])}.{block[3]}"] = name
        elif entry := _ENTRY.match(name):
            table[f"body.{int(entry[1]) * blocks}.{entry[2]}"] = name
        elif name.startswith("adapter.conv_in."):
            table[name.removeprefix("adapter.")] = name
    return table


def t2i_adapter_config_from_shapes(shapes: Shapes) -> T2IAdapterConfig:
    """Infer the configuration of an adapter.

    Args:
        shapes: name in `T2IAdapter` → shape.

    Raises:
        ShapeError: a needed tensor is missing, or the blocks make no four levels.
    """
    part = "T2I-Adapter"
    total = count(shapes, r"body\.(\d+)\.")
    if not total or total % _LEVELS:
        raise ShapeError(f"{part}: {total} blocks do not make {_LEVELS} levels")
    blocks = total // _LEVELS
    widths = tuple(shape_of(shapes, f"body.{level * blocks}.block1.weight", part)[0] for level in range(_LEVELS))
    inputs = shape_of(shapes, "conv_in.weight", part)[1]
    # One or three channels, of 8 × 8 pixels; SDXL's read 16 × 16 and halve the size only once more.
    factor = 16 if inputs in (256, 768) else 8
    if inputs not in (factor**2, 3 * factor**2):
        raise ShapeError(f"{part}: {inputs} channels are no squares of pixels of one or three channels")
    return T2IAdapterConfig(inputs // factor**2, factor, widths, blocks, (2,) if factor == 16 else (1, 2, 3))
