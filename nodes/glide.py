"""Prompts for GLIDE and DeepFloyd IF, which read words in their own ways."""

from typing import Annotated

import torch

from diffusion.networks.glide import GlideUNet
from diffusion.networks.interrupt import interruptible
from diffusion.text.captions import clean_caption
from diffusion.text.glide_tokenizer import WHERE_TO_GET, GlideTokenizer, glide_tokenizer_from_files
from graph_engine.spec.sdk import Multiline, NodeContext, Placeholder, Tooltip, node
from graph_engine.validate.problem import ProblemError
from nodes.sockets import Clip, Conditioning, Model

_PROMPT = Placeholder("Describe the picture")
_T5_LENGTH = 77
_T5_KINDS = ("t5xxl", "t5xl", "t5base")


def _tokenizer(ctx: NodeContext, folder: str) -> GlideTokenizer:
    for vocabulary, merges in (("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")):
        try:
            places = [ctx.files.model("text_encoders", f"{folder}/{name}") for name in (vocabulary, merges)]
        except ProblemError:
            continue
        if all(place.is_file() for place in places):
            return glide_tokenizer_from_files(*places)
    raise ValueError(f"GLIDE's tokenizer is not in models/text_encoders/{folder}. {WHERE_TO_GET}.")


@node(
    id="GLIDETextEncode",
    title="GLIDE prompt",
    category="conditioning",
    aliases=("glide", "text", "words"),
    durable=True,
)
def glide_text_encode(
    ctx: NodeContext,
    *,
    model: Annotated[Model, Tooltip("The GLIDE model that is to paint: its base and its upsampler read differently")],
    text: Annotated[str, Multiline(), _PROMPT] = "",
    tokenizer: Annotated[str, Tooltip("Folder in models/text_encoders with GPT-2's vocab.json, merges.txt")] = "gpt2",
) -> Conditioning:
    """Encodes a prompt with the transformer inside GLIDE's own network (Nichol et al. 2021): 128 tokens.

    The negative for guidance is an empty prompt. Its words are split as GPT-2 splits them.
    """
    if not isinstance(model.weighted.network, GlideUNet):
        raise ValueError(f"{model.record.title} is no GLIDE model and has no words of its own inside.")
    words = _tokenizer(ctx, tokenizer)
    with ctx.memory.lease(model.weighted) as network, interruptible(ctx.check_cancelled):
        positions = network.positional_embedding
        prompt = words.encode(text, positions.shape[0])
        ids = torch.tensor([prompt.ids], device=positions.device)
        read = network.read(ids, torch.tensor([prompt.mask], device=positions.device))
    return [(read.sequence.float().cpu(), {"pooled_output": read.vector.float().cpu()})]


@node(
    id="IFTextEncode", title="IF prompt", category="conditioning", aliases=("deepfloyd", "imagen", "t5"), durable=True
)
def if_text_encode(
    ctx: NodeContext,
    *,
    clip: Annotated[Clip, Tooltip("A T5 encoder: v1.1 XXL for the published weights")],
    text: Annotated[str, Multiline(), _PROMPT] = "",
    clean: Annotated[bool, Tooltip("Take out of the text what the training took out of captions")] = True,
) -> Conditioning:
    """Encodes a prompt with T5 for DeepFloyd IF, which is Imagen published (Saharia et al. 2022): 77 tokens.

    The negative for guidance is an empty prompt.
    """
    encoder = next((item for item in clip.encoders if item.kind in _T5_KINDS), None)
    if encoder is None:
        raise ValueError("DeepFloyd IF reads words with T5, and no T5 encoder is wired in: load one with 'Load CLIP'.")
    tokenizer = encoder.tokenizer
    caption = clean_caption(text) if clean else text.lower().strip()
    ids = [*tokenizer.words(caption)[: _T5_LENGTH - 1], tokenizer.end_id]
    padding = _T5_LENGTH - len(ids)
    with ctx.memory.lease(encoder.weighted) as network, interruptible(ctx.check_cancelled):
        device = next(network.parameters()).device
        tokens = torch.tensor([ids + [tokenizer.padding_id] * padding], device=device)
        # Unlike Stable Diffusion 3, it was trained with padding hidden from T5, though not from its own attention.
        seen = torch.tensor([[True] * len(ids) + [False] * padding], device=device)
        features = network(tokens, seen).float().cpu()
    return [(features, {})]
