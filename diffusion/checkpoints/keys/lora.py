"""LoRA in files: kohya's layout (flat names) and those of PEFT and diffusers (dotted names)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch import Tensor

from diffusion.checkpoints.keys.diffusers_unet import UNetLayout, diffusers_unet_modules
from diffusion.networks.low_rank import LowRankUpdate

# Longest first: a prefix must not hide a longer one.
_UNET_PREFIXES = ("base_model.model.unet.", "lora_unet_", "diffusion_model.", "unet.")
_TEXT_PREFIXES = ("base_model.model.text_encoder.", "lora_te1_", "lora_te_", "text_encoder.")

# Which of the tensors of an update a name ends in.
_ROLES = (
    (re.compile(r"\.(lora_down|lora_A|lora\.down|lora_linear_layer\.down)(\.default)?\.weight$"), "down"),
    (re.compile(r"\.(lora_up|lora_B|lora\.up|lora_linear_layer\.up)(\.default)?\.weight$"), "up"),
    (re.compile(r"\.lora_mid\.weight$"), "middle"),
    (re.compile(r"\.alpha$"), "alpha"),
)


@dataclass(frozen=True)
class LoraFile:
    """What a file of low-rank updates holds for one model.

    Attributes:
        unet, text: layer of ours, without `.weight` → its update.
        unknown: names that no layer of the model has, or kinds of update that are not supported.
    """

    unet: dict[str, LowRankUpdate]
    text: dict[str, LowRankUpdate]
    unknown: tuple[str, ...]


def unet_layer_names(layers: Iterable[str], layout: UNetLayout) -> dict[str, str]:
    """Return every name a LoRA may use for a layer of a `UNet` → our name: diffusers', and our own published one."""
    parts = {ours: theirs for theirs, ours in diffusers_unet_modules(layout).items()}
    table: dict[str, str] = {}
    for layer in layers:
        head = layer
        while head and head not in parts:
            head = head.rpartition(".")[0]
        if head:
            table[parts[head] + layer[len(head) :]] = layer
        table[layer] = layer
    return table


def text_layer_names(layers: Iterable[str]) -> dict[str, str]:
    """Return every name a LoRA may use for a layer of a `ClipText` → our name."""
    return {layer.replace("transformer.", "text_model.", 1): layer for layer in layers}


def _part(name: str) -> tuple[str, str] | None:
    """Split a name into what it is of and the rest, or return None."""
    for part, prefixes in (("unet", _UNET_PREFIXES), ("text", _TEXT_PREFIXES)):
        for prefix in prefixes:
            if name.startswith(prefix):
                return part, name.removeprefix(prefix)
    return None


def _role(name: str) -> tuple[str, str] | None:
    """Split a name into a layer and what the tensor is to its update, or return None."""
    for pattern, role in _ROLES:
        if match := pattern.search(name):
            return name[: match.start()], role
    return None


def _update(tensors: Mapping[str, Tensor]) -> LowRankUpdate | None:
    if "down" not in tensors or "up" not in tensors:
        return None
    alpha = tensors.get("alpha")
    return LowRankUpdate(
        tensors["down"], tensors["up"], None if alpha is None else float(alpha.item()), tensors.get("middle")
    )


def read_lora(tensors: Mapping[str, Tensor], unet: Mapping[str, str], text: Mapping[str, str]) -> LoraFile:
    """Sort the tensors of a file by the layers they update.

    Args:
        tensors: of the file.
        unet, text: from `unet_layer_names` and `text_layer_names`. Flat names are told by the dots that they lack.
    """
    dotted = {"unet": unet, "text": text}
    flat = {part: {name.replace(".", "_"): ours for name, ours in table.items()} for part, table in dotted.items()}
    found: dict[tuple[str, str], dict[str, Tensor]] = {}
    sources: dict[tuple[str, str], list[str]] = {}
    unknown: list[str] = []
    for name, tensor in tensors.items():
        placed = _part(name)
        split = placed and _role(placed[1])
        ours = None
        if placed and split:
            ours = dotted[placed[0]].get(split[0]) or flat[placed[0]].get(split[0])
        if not placed or not split or ours is None:
            unknown.append(name)
            continue
        found.setdefault((placed[0], ours), {})[split[1]] = tensor
        sources.setdefault((placed[0], ours), []).append(name)
    parts: dict[str, dict[str, LowRankUpdate]] = {"unet": {}, "text": {}}
    for (part, layer), group in found.items():
        update = _update(group)
        if update is None:
            unknown += sources[part, layer]
        else:
            parts[part][layer] = update
    return LoraFile(parts["unet"], parts["text"], tuple(unknown))
