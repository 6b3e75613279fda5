"""CLIP image embeddings: between them, towards texts, and how pictures and texts compare."""

from typing import Annotated

import torch

from diffusion.priors.embedding_space import best_matches, modality_gap, spherical, text_difference, unit
from graph_engine.spec.sdk import Choices, Ge, Le, Name, NodeResult, Outputs, Step, Tooltip, node
from nodes.sockets import Conditioning, Image, ImageEmbed

Share = Annotated[float, Ge(0), Le(1), Step(0.01)]
Gap = Annotated[float, Name("gap")]
Cosine = Annotated[float, Name("cosine")]


def text_embedding(conditioning: Conditioning, what: str) -> torch.Tensor:
    """The text embeddings [B, D] of a conditioning. Raises ValueError where an entry has none."""
    rows = [options.get("pooled_output") for _, options in conditioning]
    if not rows or any(row is None for row in rows):
        raise ValueError(
            f"The conditioning on {what} has no text embedding in the space shared with pictures. Load the text "
            "encoder with the type 'unclip', and encode the prompt with it."
        )
    return torch.cat([row for row in rows if row is not None])


def _paired(first: torch.Tensor, second: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if first.shape[-1] != second.shape[-1]:
        raise ValueError(
            f"One embedding is {first.shape[-1]} wide and the other {second.shape[-1]}: they come from different CLIPs."
        )
    if len(first) != len(second) and 1 not in (len(first), len(second)):
        raise ValueError(f"{len(first)} embeddings cannot be paired with {len(second)}; give as many, or one.")
    first, second = torch.broadcast_tensors(first, second)
    return first, second


@node(
    id="TextEmbedAsImageEmbed", title="Text embedding as image embedding", category="unclip", aliases=("without prior",)
)
def text_embed_as_image_embed(
    *,
    conditioning: Conditioning,
    length: Annotated[float, Ge(0), Le(1000), Step(0.1), Tooltip("Scales it to this length; 0 leaves it")] = 0.0,
) -> ImageEmbed:
    """Hands a text's CLIP embedding to a decoder as if it were an image's: unCLIP without its prior.

    Pictures and texts lie apart in CLIP's space (Liang et al. 2022), so this gives worse pictures than a prior does
    (Ramesh et al. 2022, figure 8); it is here to compare.
    """
    embedding = text_embedding(conditioning, "conditioning")
    return unit(embedding) * length if length > 0 else embedding


@node(id="CLIPEmbedInterpolate", title="Interpolate embeddings", category="unclip", aliases=("slerp", "mix", "between"))
def clip_embed_interpolate(
    *, first: ImageEmbed, second: ImageEmbed, share: Annotated[Share, Tooltip("0 is the first, 1 the second")] = 0.5
) -> ImageEmbed:
    """Goes from one image embedding to another along the sphere (Ramesh et al. 2022, section 3.2)."""
    return spherical(*_paired(first, second), share)


@node(id="CLIPTextDifference", title="Edit embedding by text", category="unclip", aliases=("text diff", "edit", "z_d"))
def clip_text_difference(
    *,
    image_embed: ImageEmbed,
    text: Annotated[Conditioning, Tooltip("What shall be")],
    text_before: Annotated[Conditioning, Tooltip("What is")],
    share: Annotated[Share, Tooltip("The paper takes 0.25 to 0.5")] = 0.35,
) -> ImageEmbed:
    """Turns an image embedding towards what one text says and another does not (Ramesh et al. 2022, section 3.3).

    With the picture's own noise from 'DDIM inversion', the decoder changes that and keeps the rest.
    """
    after, before = text_embedding(text, "text"), text_embedding(text_before, "text_before")
    after, before = _paired(after, before)
    image, after = _paired(image_embed, after)
    return text_difference(image, after, before, share)


@node(id="CLIPEmbedArithmetic", title="Embedding arithmetic", category="unclip", aliases=("add", "subtract", "king"))
def clip_embed_arithmetic(
    *,
    first: ImageEmbed,
    second: ImageEmbed,
    first_weight: Annotated[float, Ge(-10), Le(10), Step(0.05), Tooltip("Below 0 takes it away")] = 1.0,
    second_weight: Annotated[float, Ge(-10), Le(10), Step(0.05), Tooltip("Below 0 takes it away")] = 1.0,
    keep_length: Annotated[bool, Tooltip("Scale the result to the first embedding's length")] = True,
) -> ImageEmbed:
    """Adds two image embeddings, each times a weight; a negative weight takes away (Radford et al. 2021)."""
    one, other = _paired(first, second)
    total = one.float() * first_weight + other.float() * second_weight
    return unit(total) * one.float().norm(dim=-1, keepdim=True) if keep_length else total


@node(id="CLIPEmbedBatch", title="Join embeddings", category="unclip", aliases=("batch", "append"))
def clip_embed_batch(*, first: ImageEmbed, second: ImageEmbed) -> ImageEmbed:
    """Puts embeddings one after another, to make a picture of each."""
    if first.shape[-1] != second.shape[-1]:
        raise ValueError(f"Embeddings {first.shape[-1]} and {second.shape[-1]} wide come from different CLIPs.")
    return torch.cat([first, second])


@node(id="ModalityGap", title="Modality gap", category="metrics", is_output=True, aliases=("mind the gap", "clip"))
def modality_gap_node(*, images: ImageEmbed, texts: Conditioning) -> Annotated[NodeResult, Outputs(Gap, Cosine)]:
    """Measures how far apart CLIP keeps pictures and texts (Liang et al. 2022).

    The gap is the distance between the means of the unit embeddings; the cosine is that of each pair.
    """
    gap, cosine = modality_gap(images, text_embedding(texts, "texts"))
    return NodeResult(values=(gap, cosine), ui={"text": [f"gap {gap:.4f} · mean cosine {cosine:.4f}"]})


@node(id="CLIPRerank", title="Best by CLIP", category="metrics", aliases=("rerank", "top k", "choose", "score"))
def clip_rerank(
    *,
    images: Image,
    image_embeds: Annotated[ImageEmbed, Tooltip("Of these pictures, in their order")],
    text: Conditioning,
    count: Annotated[int, Ge(1), Le(4096), Tooltip("How many are kept")] = 1,
    order: Annotated[str, Choices(("best first", "as they were"))] = "best first",
) -> Image:
    """Keeps the pictures that fit a text best by CLIP's score, as DALL·E chose among 512 (Ramesh et al. 2021, §2.6)."""
    if len(images) != len(image_embeds):
        raise ValueError(f"{len(images)} pictures and {len(image_embeds)} embeddings: each picture needs its own.")
    kept = best_matches(image_embeds, text_embedding(text, "text")[:1], count)
    return images[kept if order == "best first" else kept.sort().values]
