"""From words to what steers a denoiser."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Annotated, Any

from diffusion.checkpoints.embeddings import LearnedWord, read_embedding
from diffusion.checkpoints.opened import TextKind
from diffusion.checkpoints.weights import Weighted
from diffusion.networks.interrupt import interruptible
from diffusion.text.clip import TextFeatures
from diffusion.text.emphasis import learned_words
from diffusion.text.families import TEXT_FAMILIES, encode_text
from graph_engine.spec.sdk import (
    Ge,
    Le,
    Multiline,
    NodeContext,
    NodeFiles,
    NodeResult,
    Outputs,
    Placeholder,
    Tooltip,
    node,
)
from graph_engine.validate.problem import ProblemError
from nodes.sockets import Clip, Conditioning, TextModel

Encoded = Annotated[NodeResult, Outputs(Conditioning)]
PROMPT = Placeholder("Describe the picture")
_SUFFIXES = ("", ".safetensors", ".pt", ".bin")


def words_read(_files: NodeFiles, **values: Any) -> Iterator[tuple[str, str]]:
    """The files that prompts may take learned words from, so that a changed file is noticed."""
    for text in values.values():
        for name in learned_words(text) if isinstance(text, str) else ():
            yield from (("embeddings", name + suffix) for suffix in _SUFFIXES)


def find_word(ctx: NodeContext, name: str) -> LearnedWord | None:
    """Read the learned word of that name from ``models/embeddings``, or return None where there is no such file."""
    for suffix in _SUFFIXES:
        try:
            path = ctx.files.model("embeddings", name + suffix)
        except ProblemError:
            continue
        return read_embedding(path)
    return None


def encoded(ctx: NodeContext, clip: TextModel, text: str | Mapping[TextKind, str | None]) -> TextFeatures:
    """Encode a prompt with all encoders of a model, each in memory only as long as it works."""
    words: dict[str, LearnedWord | None] = {}

    def find(name: str) -> LearnedWord | None:
        if name not in words:
            words[name] = find_word(ctx, name)
        return words[name]

    def lease(weighted: Weighted[Any]) -> AbstractContextManager[Any]:
        return ctx.memory.lease(weighted)

    if clip.family not in TEXT_FAMILIES:
        raise ValueError(f"Models of the family {clip.family!r} have their own node for prompts.")
    with interruptible(ctx.check_cancelled):
        return encode_text(TEXT_FAMILIES[clip.family], clip.encoders, text, replace(clip.options, find=find), lease)


def as_conditioning(features: TextFeatures, **options: Any) -> NodeResult:
    """One entry of a conditioning, with what the encoders pooled, and what there is to tell."""
    pooled = {} if features.pooled is None else {"pooled_output": features.pooled}
    mask = {} if features.mask is None else {"attention_mask": features.mask}
    told = {"text": features.notes} if features.notes else {}
    return NodeResult(values=([(features.sequence, {**pooled, **mask, **options})],), ui=told)


@node(
    id="CLIPTextEncode",
    title="Prompt",
    category="conditioning",
    aliases=("text", "words", "encode"),
    durable=True,
    reads=words_read,
)
def clip_text_encode(ctx: NodeContext, *, text: Annotated[str, Multiline(), PROMPT] = "", clip: Clip) -> Encoded:
    """Encodes a prompt with the model's text encoders, one vector a token (CLIP: Radford et al. 2021).

    `(word)` counts 1.1 times, `(word:1.3)` 1.3 times, `\\(` is a plain bracket. `embedding:name` puts a learned word
    in (Gal et al. 2022). A prompt longer than the encoder's 77 tokens is read in windows; `BREAK` begins a new one.
    """
    return as_conditioning(encoded(ctx, clip, text))


@node(id="CLIPSetLastLayer", title="Clip skip", category="conditioning", aliases=("clip skip", "layer"))
def set_last_layer(
    *,
    clip: Clip,
    stop_at_clip_layer: Annotated[int, Ge(-24), Le(-1), Tooltip("-1 is the last layer, -2 the one before it")] = -1,
) -> Clip:
    """Takes the features of an earlier layer of CLIP (NovelAI 2022), for models trained so: "clip skip 2" is -2."""
    return replace(clip, options=replace(clip.options, skip=-stop_at_clip_layer))
