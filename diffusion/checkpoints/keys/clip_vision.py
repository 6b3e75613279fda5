"""CLIP's image encoders in files: the layout of transformers, and OpenCLIP's (and OpenAI's) own."""

import re
from collections.abc import Iterable
from math import isqrt

from diffusion.checkpoints.keys.reading import Shapes, count, heads_of, shape_of, under
from diffusion.checkpoints.recipe import Take
from diffusion.networks.clip_vision import ClipVisionConfig

# Width → that of a head: ViT-H, g and bigG have 16 heads; all others, OpenAI's among them, heads of 64.
_HEAD_WIDTHS = {1280: 80, 1408: 88, 1664: 104}
_HEAD_WIDTH = 64
_OPENAI_WIDTHS = (768, 1024)

_OUTER = {
    "class_embedding": "vision_model.embeddings.class_embedding",
    "positional_embedding": "vision_model.embeddings.position_embedding.weight",
    "conv1.weight": "vision_model.embeddings.patch_embedding.weight",
    "ln_pre.weight": "vision_model.pre_layrnorm.weight",
    "ln_pre.bias": "vision_model.pre_layrnorm.bias",
    "ln_post.weight": "vision_model.post_layernorm.weight",
    "ln_post.bias": "vision_model.post_layernorm.bias",
}
_INNER = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
    "attn.out_proj": "self_attn.out_proj",
}
_BLOCK = re.compile(r"transformer\.resblocks\.(\d+)\.(.+)\.(weight|bias)$")
_FUSED = re.compile(r"transformer\.resblocks\.(\d+)\.attn\.in_proj_(weight|bias)$")


def map_clip_vision_keys(names: Iterable[str], prefix: str = "") -> dict[str, str | Take]:
    """Return name in `ClipVision` → name in a file of transformers."""
    parts = ("vision_model.", "visual_projection.")
    found = under(names, prefix)
    return {
        ours: theirs
        for ours, theirs in found.items()
        if ours.startswith(parts) and not ours.endswith("embeddings.position_ids")
    }


def map_open_clip_vision_keys(names: Iterable[str], prefix: str = "visual.") -> dict[str, str | Take]:
    """Return name in `ClipVision` → what to make it of, for the layout of OpenCLIP: its projections are fused."""
    table: dict[str, str | Take] = {}
    for name, theirs in under(names, prefix).items():
        if name in _OUTER:
            table[_OUTER[name]] = theirs
        elif name == "proj":
            table["visual_projection.weight"] = Take((theirs,), form="transposed")
        elif fused := _FUSED.match(name):
            layer = f"vision_model.encoder.layers.{fused[1]}.self_attn"
            for third, part in enumerate(("q_proj", "k_proj", "v_proj")):
                table[f"{layer}.{part}.{fused[2]}"] = Take((theirs,), rows=(third, third + 1), of=3)
        elif (block := _BLOCK.match(name)) and block[2] in _INNER:
            table[f"vision_model.encoder.layers.{block[1]}.{_INNER[block[2]]}.{block[3]}"] = theirs
    return table


def clip_vision_config_from_shapes(
    shapes: Shapes, *, heads: int | None = None, activation: str | None = None
) -> ClipVisionConfig:
    """Infer the configuration of an image encoder.

    Args:
        shapes: name in `ClipVision` → shape.
        heads, activation: what is known otherwise. Shapes cannot tell; without them the published models' hold: heads
            by width, and OpenAI's quick form of the GELU for its two widths.

    Raises:
        ShapeError: a needed tensor is missing.
    """
    part = "CLIP image encoder"
    width, _, patch, _ = shape_of(shapes, "vision_model.embeddings.patch_embedding.weight", part)
    positions = shape_of(shapes, "vision_model.embeddings.position_embedding.weight", part)[0]
    projection = shapes.get("visual_projection.weight")
    return ClipVisionConfig(
        width=width,
        mlp_width=shape_of(shapes, "vision_model.encoder.layers.0.mlp.fc1.weight", part)[0],
        layers=count(shapes, r"vision_model\.encoder\.layers\.(\d+)\."),
        heads=heads or heads_of(width, _HEAD_WIDTHS.get(width, _HEAD_WIDTH), part),
        patch=patch,
        size=isqrt(positions - 1) * patch,
        projection=0 if projection is None else projection[0],
        activation=activation or ("quick_gelu" if width in _OPENAI_WIDTHS else "gelu"),
    )
