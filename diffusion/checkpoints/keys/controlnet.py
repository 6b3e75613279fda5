"""ControlNets in files of the authors' layout: alone, or beside the whole model they were trained on."""

from collections.abc import Iterable

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
