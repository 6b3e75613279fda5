"""Which text encoders each family of models reads, which of their layers, and how their features are joined."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.checkpoints.opened import TextKind
from diffusion.text.clip import TextFeatures
from diffusion.text.encoder import EncoderFeatures, Lease, Reading, TextEncoder, TextOptions, encode_each

Features = Mapping[TextKind, EncoderFeatures]

# Stable Diffusion 3: widths of its joined context, and of the two encoders' pooled features.
_SD3_WIDTH = 4096
_L_WIDTH, _G_WIDTH = 768, 1280
_SD3_SHORTEST = 77


@dataclass(frozen=True)
class TextFamily:
    """How a family reads prompts.

    Attributes:
        name: what its models' records call it, or part of it.
        readings: the encoders it can use, and how.
        join: their features → sequence [1, T, width] and pooled [1, width] or None.
        masked: whether its networks ask which tokens are words.
    """

    name: str
    readings: Mapping[TextKind, Reading]
    join: Callable[[Features], tuple[Tensor, Tensor | None]]
    masked: bool = False


def _single(features: Features) -> tuple[Tensor, Tensor | None]:
    (only,) = features.values()
    return only.sequence, only.pooled


def _join_sdxl(features: Features) -> tuple[Tensor, Tensor | None]:
    large = features.get("clip_g")
    sequence = torch.cat([features[kind].sequence for kind in ("clip_l", "clip_g") if kind in features], dim=-1)
    return sequence, None if large is None else large.pooled


def _clip_half(features: Features, kind: TextKind, width: int, length: int) -> tuple[Tensor, Tensor]:
    found = features.get(kind)
    if found is None:
        return torch.zeros(1, length, width), torch.zeros(1, width)
    assert found.pooled is not None
    return found.sequence, found.pooled


def _join_sd3(features: Features) -> tuple[Tensor, Tensor | None]:
    """CLIP's features side by side, filled up with zeros; T5's after them; zeros for what is absent."""
    lengths = [features[kind].sequence.shape[1] for kind in ("clip_l", "clip_g") if kind in features]
    length = lengths[0] if lengths else _SD3_SHORTEST
    small, small_pooled = _clip_half(features, "clip_l", _L_WIDTH, length)
    large, large_pooled = _clip_half(features, "clip_g", _G_WIDTH, length)
    t5 = features.get("t5xxl")
    width = _SD3_WIDTH if t5 is None else t5.sequence.shape[-1]
    clip = torch.cat([small, large], dim=-1)
    if clip.shape[-1] > width:
        raise ValueError(
            f"CLIP's features are {clip.shape[-1]} wide and T5's {width}: they belong to different models."
        )
    clip = torch.nn.functional.pad(clip, (0, width - clip.shape[-1]))
    words = torch.zeros(1, _SD3_SHORTEST, width) if t5 is None else t5.sequence
    return torch.cat([clip, words], dim=1), torch.cat([small_pooled, large_pooled], dim=-1)


_PENULTIMATE = Reading(skip=2, normed=False)
_PENULTIMATE_POOLED = Reading(skip=2, normed=False, projected=True)
_PROJECTED = Reading(projected=True)
_T5 = Reading(shortest=_SD3_SHORTEST)

TEXT_FAMILIES: Mapping[str, TextFamily] = {
    family.name: family
    for family in (
        TextFamily("sd1", {"clip_l": Reading()}, _single),
        TextFamily("sd2", {"clip_h": Reading(skip=2)}, _single),
        TextFamily("sdxl", {"clip_l": _PENULTIMATE, "clip_g": _PENULTIMATE_POOLED}, _join_sdxl),
        TextFamily("sdxl_refiner", {"clip_g": _PENULTIMATE_POOLED}, _join_sdxl),
        # The projection of its smaller CLIP was never trained for it: pooled features are taken before.
        TextFamily("sd3", {"clip_l": _PENULTIMATE, "clip_g": _PENULTIMATE_POOLED, "t5xxl": _T5}, _join_sd3),
        TextFamily("ldm", {"bert": Reading()}, _single),
        TextFamily("deepfloyd", {"t5xxl": _T5, "t5xl": _T5, "t5base": _T5}, _single),
        # Priors and their decoders: text embeddings in the space shared with pictures, and which tokens are words.
        TextFamily("unclip", {"clip_l": _PROJECTED, "clip_h": _PROJECTED, "clip_g": _PROJECTED}, _single, masked=True),
        TextFamily("kandinsky", {"xlm_r": _PROJECTED}, _single, masked=True),
        TextFamily("t5", {"t5xxl": _T5, "t5xl": _T5, "t5base": _T5}, _single),
    )
}
"""By name. Sources: Rombach et al. 2022; model cards of Stable Diffusion 2; Podell et al. 2023; Esser et al. 2024."""


def encode_text(
    family: TextFamily,
    encoders: Sequence[TextEncoder],
    text: str | Mapping[TextKind, str | None],
    options: TextOptions,
    lease: Lease,
) -> TextFeatures:
    """Encode a prompt as a family's models read it.

    Args:
        family: see `TEXT_FAMILIES`.
        encoders: those at hand; kinds the family does not read are left out.
        text: the prompt, or one for each encoder; None for an encoder leaves it out where the family allows that.
        options: weights, clip skip, learned words.
        lease: brings a network's weights in.

    Raises:
        ValueError: none of the family's encoders is there, or clip skip asks for a layer that is not.
        TokenizerError: an encoder's tokenizer cannot be found.
    """
    fitting = [encoder for encoder in encoders if encoder.kind in family.readings]
    if not fitting:
        wanted = ", ".join(family.readings)
        raise ValueError(f"A prompt for {family.name} is read by {wanted}, and no such text encoder is wired in.")
    texts = dict.fromkeys(family.readings, text) if isinstance(text, str) else text
    features, notes = encode_each(fitting, texts, family.readings, options, lease)
    if not features and family.join is not _join_sd3:
        raise ValueError(f"A prompt for {family.name} needs a text for {', '.join(family.readings)}.")
    sequence, pooled = family.join(features)
    mask = next(iter(features.values())).mask if family.masked and features else None
    return TextFeatures(sequence, pooled, notes, mask)
