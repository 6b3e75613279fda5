"""Conditioning from a prompt by a CLIP text encoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.networks.clip import ClipText
from diffusion.text.tokenizer import ClipTokenizer, Prompt


@dataclass(frozen=True)
class TextFeatures:
    """What a text encoder says about a batch of prompts.

    Attributes:
        sequence: [B, T, width], a feature per token: the context of cross-attention.
        pooled: [B, width], the feature at each prompt's end token; None for encoders that have no such.
        notes: sentences for the person, such as that a prompt was cut.
        mask: [B, T], true for words and false for padding, for families whose networks ask; None where none does.
    """

    sequence: Tensor
    pooled: Tensor | None
    notes: tuple[str, ...] = ()
    mask: Tensor | None = None


def pool_at_end(last: Tensor, ids: Tensor, end_id: int) -> Tensor:
    """Pick from features [B, T, width] the row of the first end token in ids [B, T]; returns [B, width]."""
    end = (ids == end_id).int().argmax(dim=1)
    return last[torch.arange(last.shape[0], device=last.device), end]


@torch.inference_mode()
def encode_ids(network: ClipText, ids: Tensor, *, end_id: int, clip_skip: int = 1) -> TextFeatures:
    """Encode token ids [B, T].

    Args:
        network: a text encoder whose weights are in place.
        ids: [B, T] int64, on the network's device.
        end_id: the tokenizer's end token, where `pooled` is read.
        clip_skip: 1 takes the last layer, 2 the one before it, and so on; the final norm is applied to each.

    Raises:
        ValueError: `clip_skip` is not between 1 and the number of layers.
    """
    states = network(ids)
    layers = len(states.hidden) - 1
    if not 1 <= clip_skip <= layers:
        raise ValueError(f"clip skip is {clip_skip}, but this text encoder has {layers} layers: use 1 to {layers}")
    sequence = states.last if clip_skip == 1 else network.final_norm(states.hidden[-clip_skip])
    return TextFeatures(sequence=sequence, pooled=pool_at_end(states.last, ids, end_id))


def encode_prompts(
    network: ClipText, tokenizer: ClipTokenizer, prompts: Sequence[str], *, clip_skip: int = 1
) -> TextFeatures:
    """Tokenize and encode prompts, one batch row each; prompts that are too long are cut, with a note."""
    framed: list[Prompt] = [tokenizer.encode(prompt) for prompt in prompts]
    device = next(network.parameters()).device
    ids = torch.tensor([prompt.ids for prompt in framed], dtype=torch.long, device=device)
    features = encode_ids(network, ids, end_id=tokenizer.end_id, clip_skip=clip_skip)
    notes = tuple(prompt.note for prompt in framed if prompt.note is not None)
    return TextFeatures(features.sequence, features.pooled, notes)
