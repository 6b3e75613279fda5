"""Reads files of LoRA and its kin, whatever names their trainers gave the tensors.

Names are read as kohya's scripts, LyCORIS, OneTrainer, PEFT and diffusers (old and new) write them: a prefix for the
network, the layer with dots or with `_` in their place, and an ending that says which factor it is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor, nn

from diffusion.checkpoints.adapters.low_rank import (
    Added,
    Decomposed,
    Delta,
    Difference,
    Generalised,
    Hadamard,
    Kronecker,
    LowRank,
    Update,
)
from diffusion.checkpoints.adapters.targets import Target, flat, targets_of
from diffusion.checkpoints.model_file import ModelFile, open_file

# What the networks are called. Longer prefixes stand before those they begin with.
DENOISER_PREFIXES = (
    "base_model.model.unet.",
    "base_model.model.",
    "lycoris_unet_",
    "lycoris_transformer_",
    "lora_transformer_",
    "lora_unet_",
    "lycoris_",
    "model.diffusion_model.",
    "diffusion_model.",
    "transformer.",
    "unet.",
    "",
)
_TEXT_1 = ("base_model.model.text_encoder.", "text_encoders.clip_l.transformer.", "lora_te1_", "text_encoder.")
_TEXT_2 = ("text_encoders.clip_g.transformer.", "lora_te2_", "text_encoder_2.")
_TEXT_3 = ("text_encoders.t5xxl.transformer.", "lora_te3_", "text_encoder_3.")
TEXT_PREFIXES: Mapping[str, tuple[str, ...]] = {
    "clip_l": (*_TEXT_1, "lora_te_"),
    "clip_h": (*_TEXT_1, "lora_te_"),
    "clip_g": _TEXT_2,
    "t5xxl": _TEXT_3,
}
"""By kind of encoder. Where a model has one encoder, its files have no number."""

_ENDINGS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern + "$"), role)
    for pattern, role in (
        (r"\.(lora_down|lora_A|lora\.down|lora_linear_layer\.down)(\.default)?\.weight", "down"),
        (r"\.(lora_up|lora_B|lora\.up|lora_linear_layer\.up)(\.default)?\.weight", "up"),
        (r"_lora\.down\.weight", "down"),
        (r"_lora\.up\.weight", "up"),
        (r"\.lora_mid\.weight", "middle"),
        (r"\.alpha", "alpha"),
        (r"\.(dora_scale|lora_magnitude_vector(\.default)?(\.weight)?)", "lengths"),
        (r"\.hada_(w[12]_[ab]|t[12])", "hada"),
        (r"\.lokr_(w[12](_[ab])?|t2)", "lokr"),
        (r"\.([ab][12])\.weight", "glora"),
        (r"\.diff", "difference"),
        (r"\.diff_b", "difference_of_bias"),
        (r"\.w_norm", "difference"),
        (r"\.b_norm", "difference_of_bias"),
    )
)


@dataclass(frozen=True)
class Change:
    """An update and the weight it is for."""

    target: Target
    update: Update


@dataclass
class _Layer:
    roles: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    sources: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class AdapterFile:
    """A file of updates, opened.

    Attributes:
        file: its tensors.
        layers: layer as the file names it, prefix and all → role → name of the tensor.
        strange: names whose ending is no known factor.
    """

    file: ModelFile
    layers: Mapping[str, Mapping[str, str]]
    strange: tuple[str, ...]


def _role(name: str) -> tuple[str, str] | None:
    """Split a name into its layer and what the tensor is to the update, or return None."""
    for pattern, role in _ENDINGS:
        match = pattern.search(name)
        if match is None:
            continue
        layer = name[: match.start()].replace(".processor.", ".")
        if role in ("hada", "lokr", "glora"):
            return layer, f"{role}_{match[1]}"
        return layer, role
    return None


def open_adapter(path: Path) -> AdapterFile:
    """Open a file of updates; tensors are read when they are needed.

    Raises:
        CheckpointError: the file is damaged or dangerous.
        FileNotFoundError: there is no such file.
    """
    return adapter_of(open_file(path))


def adapter_of(file: ModelFile) -> AdapterFile:
    """Sort a file's names; see `open_adapter`."""
    layers: dict[str, dict[str, str]] = {}
    strange: list[str] = []
    for name in file.shapes:
        split = _role(name)
        if split is None:
            strange.append(name)
        else:
            layers.setdefault(split[0], {})[split[1]] = name
    return AdapterFile(file, layers, tuple(strange))


def _delta(roles: Mapping[str, Tensor], alpha: float | None) -> Delta | None:
    """Build the change of a weight out of its factors, or return None if they are none we know."""
    if "down" in roles and "up" in roles:
        return LowRank(roles["down"], roles["up"], alpha, roles.get("middle"))
    if "hada_w1_a" in roles:
        cores = (roles["hada_t1"], roles["hada_t2"]) if "hada_t1" in roles else None
        first, second = (roles["hada_w1_a"], roles["hada_w1_b"]), (roles["hada_w2_a"], roles["hada_w2_b"])
        return Hadamard(first, second, alpha, cores)
    if "lokr_w1" in roles or "lokr_w1_a" in roles:
        return Kronecker(_factors(roles, "lokr_w1"), _factors(roles, "lokr_w2"), alpha, roles.get("lokr_t2"))
    if "glora_a1" in roles:
        return Generalised((roles["glora_a1"], roles["glora_a2"]), (roles["glora_b1"], roles["glora_b2"]), alpha)
    return Difference(roles["difference"]) if "difference" in roles else None


def _factors(roles: Mapping[str, Tensor], name: str) -> tuple[Tensor, ...]:
    return (roles[name],) if name in roles else (roles[name + "_a"], roles[name + "_b"])


def _changes(target: Target, roles: Mapping[str, Tensor]) -> list[Change]:
    alpha = roles.get("alpha")
    try:
        delta = _delta(roles, None if alpha is None else float(alpha.item()))
    except KeyError:
        return []
    changes: list[Change] = []
    if delta is not None:
        lengths = roles.get("lengths")
        changes.append(Change(target, Added(delta) if lengths is None else Decomposed(delta, lengths)))
    if "difference_of_bias" in roles:
        changes.append(Change(target.bias, Added(Difference(roles["difference_of_bias"]))))
    return changes


def _finder(network: nn.Module, prefixes: Sequence[str]) -> Callable[[str], Target | None]:
    targets = targets_of(network)
    flattened = flat(targets)

    def find(layer: str) -> Target | None:
        for prefix in prefixes:
            if not layer.startswith(prefix):
                continue
            bare = layer.removeprefix(prefix)
            for name in (bare, flattened.get(bare, ""), bare + ".0" if bare.endswith("to_out") else ""):
                if name in targets:
                    return targets[name]
        return None

    return find


def changes_for(adapter: AdapterFile, network: nn.Module, prefixes: Sequence[str]) -> tuple[list[Change], set[str]]:
    """Return the changes a file makes to a network, and the layers of the file they come from.

    Args:
        adapter: the file.
        network: on any device; only its names are read.
        prefixes: what the network is called in files: `DENOISER_PREFIXES`, or of `TEXT_PREFIXES`.
    """
    find = _finder(network, prefixes)
    existing = {name for name, _ in network.named_parameters()}
    changes: list[Change] = []
    used: set[str] = set()
    for layer, roles in adapter.layers.items():
        target = find(layer)
        if target is None:
            continue
        tensors = {role: adapter.file.store.read(name) for role, name in roles.items()}
        made = [change for change in _changes(target, tensors) if change.target.name in existing]
        if made:
            used.add(layer)
        changes += made
    return changes, used
