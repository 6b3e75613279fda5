"""ControlNets in files: the authors' layout, alone or beside the whole model they were trained on, and diffusers'."""

import re
from collections.abc import Iterable

from diffusion.checkpoints.keys.diffusers_unet import map_diffusers_unet_keys
from diffusion.checkpoints.keys.reading import Shapes, shape_of, under
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.unet import UNetConfig

PREFIX = "control_model."


def map_controlnet_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `ControlNet` → name in the file; some files leave the prefix out."""
    listed = list(names)
    return under(listed, PREFIX) or {name: name for name in listed}


def controlnet_config_from_shapes(shapes: Shapes) -> tuple[UNetConfig, int]:
    """Infer the configuration of the copied UNet half, and the channels of the control picture.

    Args:
        shapes: key → shape, without the file's prefix (`input_blocks.0.0.weight` …).

    Raises:
        ShapeError: a needed tensor is missing or the levels are not uniform.
    """
    latent_channels = shape_of(shapes, "input_blocks.0.0.weight", "ControlNet")[1]
    hint_channels = shape_of(shapes, "input_hint_block.0.weight", "ControlNet")[1]
    # The copy has no output of its own; the model it steers gives back what it reads.
    return unet_config_from_shapes({**shapes, "out.2.weight": (latent_channels,)}), hint_channels


_HINT = "controlnet_cond_embedding."
_HINT_LAYER = re.compile(r"controlnet_cond_embedding\.blocks\.(\d+)\.(weight|bias)$")
_OUT = re.compile(r"controlnet_down_blocks\.(\d+)\.(weight|bias)$")


def map_diffusers_controlnet_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `ControlNet` → name in a file of diffusers; names that are no part of one are left out."""
    listed = list(names)
    table = map_diffusers_unet_keys(listed)
    # Six layers between the first and the last, each followed by an activation.
    last = 2 + 2 * len({match[1] for name in listed if (match := _HINT_LAYER.match(name))})
    for name in listed:
        kind = name.rpartition(".")[2]
        if name.startswith(_HINT + "conv_in."):
            table[f"input_hint_block.0.{kind}"] = name
        elif name.startswith(_HINT + "conv_out."):
            table[f"input_hint_block.{last}.{kind}"] = name
        elif layer := _HINT_LAYER.match(name):
            table[f"input_hint_block.{2 + 2 * int(layer[1])}.{kind}"] = name
        elif out := _OUT.match(name):
            table[f"zero_convs.{out[1]}.0.{kind}"] = name
        elif name.startswith("controlnet_mid_block."):
            table[f"middle_block_out.0.{kind}"] = name
    return table
