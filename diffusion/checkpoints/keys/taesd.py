"""Small autoencoders in files: a half each (TAESD's own), both halves under a prefix, or diffusers' AutoencoderTiny."""

import re

from diffusion.checkpoints.keys.reading import ShapeError, Shapes, count
from diffusion.checkpoints.record import LatentFormat
from diffusion.networks.tiny_autoencoder import STAGES, TinyAutoencoderConfig

_POSITION = re.compile(r"(\d+)\.(.+)")
_HALVES = {
    "encoder": ("taesd_encoder.", "encoder.layers."),
    "decoder": ("taesd_decoder.", "decoder.layers."),
}
# Diffusers bends the latent before the stack, so its positions are one lower in the decoder.
_SHIFTED = "decoder.layers."


def map_taesd_keys(shapes: Shapes) -> dict[str, str]:
    """Return name in `TinyAutoencoder` → name in the file; empty where the file is no such autoencoder."""
    listed = list(shapes)
    table: dict[str, str] = {}
    for half, prefixes in _HALVES.items():
        for prefix in prefixes:
            for name in listed:
                match = _POSITION.fullmatch(name.removeprefix(prefix)) if name.startswith(prefix) else None
                if match is not None:
                    position = int(match[1]) + (prefix == _SHIFTED)
                    table[f"{half}.{position}.{match[2]}"] = name
    if table or not all(_POSITION.fullmatch(name) for name in listed):
        return table
    # A half alone tells by its first layer: pictures have three channels.
    if len(shapes.get("0.weight", ())) == 4 and shapes["0.weight"][1] == 3 and "1.conv.0.weight" in shapes:
        return {f"encoder.{name}": name for name in listed}
    if len(shapes.get("1.weight", ())) == 4 and "3.conv.0.weight" in shapes:
        return {f"decoder.{name}": name for name in listed}
    return {}


def taesd_config_from_shapes(shapes: Shapes, latent: LatentFormat) -> TinyAutoencoderConfig:
    """Infer the configuration.

    Args:
        shapes: name → shape, under our names.
        latent: brings the scale, which no shape tells.

    Raises:
        ShapeError: neither half is whole.
    """
    if "decoder.1.weight" in shapes:
        width = shapes["decoder.1.weight"][0]
        last = count(shapes, r"decoder\.(\d+)\.") - 1
        # Clamp, convolution, ReLU; per stage its blocks, a growth and a convolution; a block and a convolution.
        blocks = (last - 4) // STAGES - 2
    elif "encoder.0.weight" in shapes:
        width = shapes["encoder.0.weight"][0]
        last = count(shapes, r"encoder\.(\d+)\.") - 1
        blocks = (last - 2) // STAGES - 1
    else:
        raise ShapeError("small autoencoder: the file has neither its encoder nor its decoder")
    return TinyAutoencoderConfig(channels_of(shapes), width, blocks, latent.scale, latent.shift)


def channels_of(shapes: Shapes) -> int:
    """Return the channels of the latent, given shapes under our names."""
    if "decoder.1.weight" in shapes:
        return shapes["decoder.1.weight"][1]
    last = count(shapes, r"encoder\.(\d+)\.") - 1
    return shapes[f"encoder.{last}.weight"][0]
