"""The frozen encoders that the starters ship, as functions from captions to token states and pictures to embeddings."""

from collections.abc import Callable

import torch
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.image.clip_pixels import clip_pixels
from diffusion.networks.clip_projection import ClipTextWithProjection
from diffusion.text.chunks import Token, framed, ids_of
from diffusion.text.clip import encode_prompts
from diffusion.text.tokenizer import ClipTokenizer
from diffusion.text.tokenizer_files import open_tokenizer
from training.starters import CLIP, CLIP_TEXT, T5

States = Callable[[list[str]], Tensor]
"""Captions → token states [N, T, width] float32."""
LENGTH = 77
"""Tokens that samplers hand over at least."""


def clip_states() -> States:
    """The CLIP text encoder: captions → last hidden states [N, 77, 192]."""
    opened = open_model(CLIP_TEXT)
    tokenizer = open_tokenizer(opened.text[0], opened.path)
    assert isinstance(tokenizer, ClipTokenizer)
    network = materialise(opened.text[0].weighted)

    @torch.inference_mode()
    def encode(captions: list[str]) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return encode_prompts(network, tokenizer, captions).sequence.float().clone()

    return encode


def t5_states() -> States:
    """The starters' T5: captions → token states [N, 77, width], padding read like words, as the T5 node does."""
    opened = open_model(T5)
    tokenizer = open_tokenizer(opened.text[0], opened.path)
    network = materialise(opened.text[0].weighted)

    @torch.inference_mode()
    def encode(captions: list[str]) -> Tensor:
        rows = [framed([Token(word) for word in tokenizer.words(caption)], tokenizer, LENGTH) for caption in captions]
        with torch.autocast("cpu", torch.bfloat16):
            return network(ids_of(rows, torch.device("cpu"))).float().clone()

    return encode


@torch.no_grad()
def picture_embeddings(pictures: Tensor) -> Tensor:
    """Pictures uint8 [N, 3, H, W] → what the starters' CLIP sees in each [N, D] float32."""
    vision = open_model(CLIP).vision
    if vision is None:
        raise ValueError(f"{CLIP} holds no CLIP image encoder; train it first: `python -m training clip-vision`")
    network = materialise(vision)
    parts: list[Tensor] = []
    for batch in pictures.split(128):
        with torch.autocast("cpu", torch.bfloat16):
            seen = network(clip_pixels(batch.permute(0, 2, 3, 1).float() / 255, network.config.size))
        parts.append(seen.embedding.float())
    return torch.cat(parts)


@torch.no_grad()
def caption_embeddings(captions: list[str]) -> Tensor:
    """English captions → their embeddings [N, D] float32 in the space of `picture_embeddings`."""
    opened = open_model(CLIP_TEXT)
    tokenizer = open_tokenizer(opened.text[0], opened.path)
    network = materialise(opened.text[0].weighted)
    if not isinstance(tokenizer, ClipTokenizer) or not isinstance(network, ClipTextWithProjection):
        raise ValueError(
            f"{CLIP_TEXT} holds no CLIP text encoder with a projection; train it: `python -m training clip-vision`"
        )
    pooled = [encode_prompts(network, tokenizer, captions[at : at + 128]).pooled for at in range(0, len(captions), 128)]
    return torch.cat([network.project(part).float() for part in pooled if part is not None])
