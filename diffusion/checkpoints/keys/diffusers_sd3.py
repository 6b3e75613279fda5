"""What diffusers calls the parts of Stable Diffusion 3's transformer."""

from collections.abc import Mapping
from dataclasses import dataclass

from diffusion.checkpoints.keys.reading import Shapes, count
from diffusion.checkpoints.recipe import Take

_ENDS = {
    "pos_embed": "pos_embed.pos_embed",
    "x_embedder.proj": "pos_embed.proj",
    "t_embedder.mlp.0": "time_text_embed.timestep_embedder.linear_1",
    "t_embedder.mlp.2": "time_text_embed.timestep_embedder.linear_2",
    "y_embedder.mlp.0": "time_text_embed.text_embedder.linear_1",
    "y_embedder.mlp.2": "time_text_embed.text_embedder.linear_2",
    "context_embedder": "context_embedder",
    "final_layer.linear": "proj_out",
}
# Per block: ours → theirs, for the picture's half and the text's.
_PICTURE = {
    "x_block.adaLN_modulation.1": "norm1.linear",
    "x_block.attn.proj": "attn.to_out.0",
    "x_block.attn.ln_q": "attn.norm_q",
    "x_block.attn.ln_k": "attn.norm_k",
    "x_block.attn2.proj": "attn2.to_out.0",
    "x_block.attn2.ln_q": "attn2.norm_q",
    "x_block.attn2.ln_k": "attn2.norm_k",
    "x_block.mlp.fc1": "ff.net.0.proj",
    "x_block.mlp.fc2": "ff.net.2",
}
_TEXT = {
    "context_block.adaLN_modulation.1": "norm1_context.linear",
    "context_block.attn.proj": "attn.to_add_out",
    "context_block.attn.ln_q": "attn.norm_added_q",
    "context_block.attn.ln_k": "attn.norm_added_k",
    "context_block.mlp.fc1": "ff_context.net.0.proj",
    "context_block.mlp.fc2": "ff_context.net.2",
}
# Queries, keys and values are one layer in our network and three in these files.
_FUSED = {
    "x_block.attn.qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "x_block.attn2.qkv": ("attn2.to_q", "attn2.to_k", "attn2.to_v"),
    "context_block.attn.qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
}
# In these files the modulation of the last layers gives scale before shift.
_SWAPPED = "final_layer.adaLN_modulation.1", "norm_out.linear"


def map_diffusers_sd3_keys(names: Mapping[str, str], shapes: Shapes) -> dict[str, str | Take]:
    """Return name in `MMDiT` → what to make it of.

    Args:
        names: name in diffusers → name in the file, which may have a prefix.
        shapes: name in diffusers → shape.
    """
    table: dict[str, str | Take] = {}

    def put(ours: str, theirs: str, *, swapped: bool = False) -> None:
        for kind in ("", ".weight", ".bias"):
            if theirs + kind in names:
                name = names[theirs + kind]
                table[ours + kind] = Take((name,), form="swapped") if swapped else name

    for ours, theirs in _ENDS.items():
        put(ours, theirs)
    put(*_SWAPPED, swapped=True)
    depth = count(names, r"transformer_blocks\.(\d+)\.")
    for number in range(depth):
        block, other = f"joint_blocks.{number}.", f"transformer_blocks.{number}."
        # The last block's text half only modulates its attention, by the kind of layer that ends the network.
        last = "context_block.adaLN_modulation.1" if number == depth - 1 else ""
        for ours, theirs in (_PICTURE | _TEXT).items():
            put(block + ours, other + theirs, swapped=ours == last)
        for ours, theirs in _FUSED.items():
            for kind in (".weight", ".bias"):
                if other + theirs[0] + kind in shapes:
                    table[block + ours + kind] = Take(tuple(names[other + part + kind] for part in theirs))
    return table


@dataclass(frozen=True)
class Place:
    """A layer of ours, or a third of one.

    Attributes:
        layer: name in `MMDiT`.
        third: 0, 1 or 2 of a fused layer's rows, or None for all of it.
        swapped: whether the halves of the rows change places.
    """

    layer: str
    third: int | None = None
    swapped: bool = False


def diffusers_sd3_layers(depth: int) -> dict[str, Place]:
    """Return layer in diffusers → layer in `MMDiT`, for `depth` blocks; a network may lack some of them."""
    table = {theirs: Place(ours) for ours, theirs in _ENDS.items() if ours != theirs}
    table[_SWAPPED[1]] = Place(_SWAPPED[0], swapped=True)
    table["context_embedder"] = Place("context_embedder")
    for block in range(depth):
        theirs, ours = f"transformer_blocks.{block}.", f"joint_blocks.{block}."
        table |= {theirs + name: Place(ours + layer) for layer, name in (_PICTURE | _TEXT).items()}
        for layer, names in _FUSED.items():
            table |= {theirs + name: Place(ours + layer, third) for third, name in enumerate(names)}
        if block == depth - 1:
            table[theirs + "norm1_context.linear"] = Place(ours + "context_block.adaLN_modulation.1", swapped=True)
    return table
