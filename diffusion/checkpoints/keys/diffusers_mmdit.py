"""What diffusers calls the parts of Stable Diffusion 3's transformer, which holds queries, keys and values apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from diffusion.checkpoints.keys.reading import count
from diffusion.checkpoints.recipe import Take

_ENDS = {
    "pos_embed.proj": "x_embedder.proj",
    "context_embedder": "context_embedder",
    "time_text_embed.timestep_embedder.linear_1": "t_embedder.mlp.0",
    "time_text_embed.timestep_embedder.linear_2": "t_embedder.mlp.2",
    "time_text_embed.text_embedder.linear_1": "y_embedder.mlp.0",
    "time_text_embed.text_embedder.linear_2": "y_embedder.mlp.2",
    "proj_out": "final_layer.linear",
}
# Its last layer gives shift and scale in the other order than the published one.
_SWAPPED = {"norm_out.linear": "final_layer.adaLN_modulation.1"}
_POSITIONS = "pos_embed"

# Within a block: whole layers, then the three thirds of the fused ones.
_WHOLE = {
    "norm1.linear": "x_block.adaLN_modulation.1",
    "norm1_context.linear": "context_block.adaLN_modulation.1",
    "attn.to_out.0": "x_block.attn.proj",
    "attn.to_add_out": "context_block.attn.proj",
    "attn.norm_q": "x_block.attn.ln_q",
    "attn.norm_k": "x_block.attn.ln_k",
    "attn.norm_added_q": "context_block.attn.ln_q",
    "attn.norm_added_k": "context_block.attn.ln_k",
    "attn2.to_out.0": "x_block.attn2.proj",
    "attn2.norm_q": "x_block.attn2.ln_q",
    "attn2.norm_k": "x_block.attn2.ln_k",
    "ff.net.0.proj": "x_block.mlp.fc1",
    "ff.net.2": "x_block.mlp.fc2",
    "ff_context.net.0.proj": "context_block.mlp.fc1",
    "ff_context.net.2": "context_block.mlp.fc2",
}
_THIRDS = {
    "x_block.attn.qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "context_block.attn.qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
    "x_block.attn2.qkv": ("attn2.to_q", "attn2.to_k", "attn2.to_v"),
}


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


def diffusers_mmdit_layers(depth: int) -> dict[str, Place]:
    """Return layer in diffusers → layer in `MMDiT`; a given depth may lack some of them."""
    table = {theirs: Place(ours) for theirs, ours in _ENDS.items()}
    table |= {theirs: Place(ours, swapped=True) for theirs, ours in _SWAPPED.items()}
    for block in range(depth):
        theirs, ours = f"transformer_blocks.{block}.", f"joint_blocks.{block}."
        table |= {theirs + name: Place(ours + layer) for name, layer in _WHOLE.items()}
        for layer, names in _THIRDS.items():
            table |= {theirs + name: Place(ours + layer, third) for third, name in enumerate(names)}
    return table


def _of_position(name: str) -> bool:
    return name in (_POSITIONS, _POSITIONS + ".pos_embed")


def map_diffusers_mmdit_keys(names: Iterable[str]) -> dict[str, str | Take]:
    """Return name in `MMDiT` → name in a file of diffusers, or how to make it of several."""
    listed = list(names)
    layers = diffusers_mmdit_layers(count(listed, r"transformer_blocks\.(\d+)\."))
    table: dict[str, str | Take] = {}
    thirds: dict[str, dict[int, str]] = {}
    for name in listed:
        if _of_position(name):
            table[_POSITIONS] = name
            continue
        layer, _, kind = name.rpartition(".")
        place = layers.get(layer)
        if place is None:
            continue
        ours = f"{place.layer}.{kind}"
        if place.third is not None:
            thirds.setdefault(ours, {})[place.third] = name
        else:
            table[ours] = Take((name,), form="swapped") if place.swapped else name
    for ours, parts in thirds.items():
        if len(parts) == 3:
            table[ours] = Take(tuple(parts[third] for third in range(3)))
    return table
