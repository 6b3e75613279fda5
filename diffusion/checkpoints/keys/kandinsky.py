"""Kandinsky 2 in files: its UNet in diffusers' layout and in its authors' own."""

from collections.abc import Iterable

from diffusion.checkpoints.keys.adm import adm_config_from_shapes
from diffusion.checkpoints.keys.diffusers_adm import map_diffusers_adm_keys
from diffusion.checkpoints.keys.reading import Shapes, shape_of
from diffusion.networks.adm import AdmConfig
from diffusion.networks.kandinsky import KandinskyConditionConfig

_CONDITIONS = ("encoder_hid_proj", "add_embedding")
# The authors' names of what diffusers renamed.
_ORIGINAL = {
    "clip_to_seq": "encoder_hid_proj.image_embeds",
    "to_model_dim_n": "encoder_hid_proj.text_proj",
    "proj_n": "add_embedding.text_proj",
    "ln_model_n": "add_embedding.text_norm",
    "img_layer": "add_embedding.image_proj",
}
_SAME = ("input_blocks.", "middle_block.", "output_blocks.", "time_embed.", "out.", *(f"{c}." for c in _CONDITIONS))


def map_kandinsky_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `KandinskyUNet` → name in a file, of diffusers or of the authors."""
    listed = list(names)
    if any(name.startswith("down_blocks.") for name in listed):
        return map_diffusers_adm_keys(listed, _CONDITIONS)
    table = {name: name for name in listed if name.startswith(_SAME)}
    for name in listed:
        head, _, kind = name.rpartition(".")
        if head in _ORIGINAL:
            table[f"{_ORIGINAL[head]}.{kind}"] = name
    return table


def kandinsky_config_from_shapes(shapes: Shapes) -> tuple[AdmConfig, KandinskyConditionConfig]:
    """Infer the configuration of a Kandinsky decoder.

    Args:
        shapes: name in `KandinskyUNet` → shape; see `map_kandinsky_keys`.

    Raises:
        ShapeError: a needed tensor is missing, or the levels are not uniform.
    """
    part = "Kandinsky decoder"
    config = adm_config_from_shapes(shapes)
    tokens, image_width = shape_of(shapes, "encoder_hid_proj.image_embeds.weight", part)
    # Width of the sequence: what attention takes.
    width = config.text.width if config.text is not None else image_width
    text = shapes.get("encoder_hid_proj.text_proj.weight")
    return config, KandinskyConditionConfig(
        image_width=image_width,
        width=width,
        image_tokens=tokens // width,
        text_width=None if text is None else text[1],
        pooled_width=shapes.get("add_embedding.text_proj.weight", (0, image_width))[1],
    )
