"""Which weight of a network each name in an adapter file means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch import nn

from diffusion.checkpoints.keys.diffusers_sd3 import diffusers_sd3_layers
from diffusion.checkpoints.keys.diffusers_unet import diffusers_unet_modules, layout_of_config
from diffusion.networks.clip import ClipText
from diffusion.networks.mmdit import MMDiT
from diffusion.networks.open_clip import OpenClipText
from diffusion.networks.t5 import T5Encoder
from diffusion.networks.unet import UNet


@dataclass(frozen=True)
class Target:
    """A tensor of a network, or a part of its rows.

    Attributes:
        name: of the tensor in the network.
        part, parts: rows `part`/`parts` to (part + 1)/`parts` of it: fused projections are updated in thirds.
        swapped: whether the halves of the rows stand in the other order in the file.
    """

    name: str
    part: int = 0
    parts: int = 1
    swapped: bool = False

    @property
    def bias(self) -> "Target":
        """The bias beside the weight."""
        stem = self.name.removesuffix("weight")
        return Target(stem + "bias", self.part, self.parts, self.swapped)


Targets = Mapping[str, Target]
"""Layer as a file names it, with dots → weight."""


def _weights(network: nn.Module) -> dict[str, Target]:
    """Every layer under our own name, which is that of the published single file."""
    names = [name for name, _ in network.named_parameters() if name.endswith(".weight")]
    return {name.removesuffix(".weight"): Target(name) for name in names}


def _of_unet(network: UNet) -> dict[str, Target]:
    table = _weights(network)
    parts = {ours: theirs for theirs, ours in diffusers_unet_modules(layout_of_config(network.config)).items()}
    for layer in list(table):
        head = layer
        while head and head not in parts:
            head = head.rpartition(".")[0]
        if head:
            table[parts[head] + layer[len(head) :]] = table[layer]
    return table


def _of_mmdit(network: MMDiT) -> dict[str, Target]:
    table = _weights(network)
    for theirs, place in diffusers_sd3_layers(network.config.depth).items():
        target = table.get(place.layer)
        if target is None:
            continue
        if place.third is not None:
            target = Target(target.name, place.third, 3)
        table[theirs] = Target(target.name, target.part, target.parts, place.swapped)
    return table


def _of_clip(network: ClipText) -> dict[str, Target]:
    table = _weights(network)
    for layer in list(table):
        if layer.startswith("transformer."):
            bare = layer.removeprefix("transformer.")
            table[bare] = table["text_model." + bare] = table[layer]
    return table


_OPEN_CLIP_LAYERS = {
    "self_attn.out_proj": "attn.out_proj",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
}


def _of_open_clip(network: OpenClipText) -> dict[str, Target]:
    """Files name its layers as transformers does, where queries, keys and values have layers of their own."""
    table = _weights(network)
    for number in range(network.config.layers):
        ours, theirs = f"transformer.resblocks.{number}.", f"text_model.encoder.layers.{number}."
        table |= {theirs + name: Target(f"{ours}{layer}.weight") for name, layer in _OPEN_CLIP_LAYERS.items()}
        for part, name in enumerate(("q_proj", "k_proj", "v_proj")):
            table[f"{theirs}self_attn.{name}"] = Target(f"{ours}attn.in_proj_weight", part, 3)
    table["text_model.final_layer_norm"] = Target("ln_final.weight")
    table["text_model.embeddings.token_embedding"] = Target("token_embedding.weight")
    return table


def targets_of(network: nn.Module) -> Targets:
    """Return every name a file may use for a layer of the network; empty for networks no adapter is made for."""
    if isinstance(network, UNet):
        return _of_unet(network)
    if isinstance(network, MMDiT):
        return _of_mmdit(network)
    if isinstance(network, ClipText):
        return _of_clip(network)
    if isinstance(network, OpenClipText):
        return _of_open_clip(network)
    return _weights(network) if isinstance(network, T5Encoder) else {}


def flat(layers: Iterable[str]) -> dict[str, str]:
    """Return each layer's flat name, with `_` for the dots, → its name; kohya's files use those."""
    return {layer.replace(".", "_"): layer for layer in layers}
