"""How good pictures are as a set, and how well they fit their words."""

from typing import Annotated, Any

import torch
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.weights import Weighted
from diffusion.image.clip_pixels import clip_pixels
from diffusion.metrics.clip_score import clip_score, likeness
from diffusion.metrics.denoising_loss import contrastive_loss
from diffusion.metrics.distance import diversity, frechet_distance, kernel_distance
from diffusion.networks.interrupt import interruptible
from graph_engine.spec.sdk import ModelFile, Name, NodeContext, NodeResult, Outputs, Socket, Tooltip, node
from nodes.image_embeds import text_embedding
from nodes.sockets import ClipVisionModel, Conditioning, Image

FeatureModel = Annotated[Weighted[Any], Socket("FEATURE_MODEL")]
Eye = Annotated[ClipVisionModel, Tooltip("CLIP's image encoder; used where no Inception network is wired")]
Number = Annotated[float, Name("distance")]
Score = Annotated[float, Name("score")]
FEW = 2048
"""Below this many pictures a set, a Fréchet distance says more about their number than about them."""


@node(id="InceptionLoader", title="Load Inception", category="loaders", aliases=("fid", "features"))
def load_inception(ctx: NodeContext, *, name: Annotated[str, ModelFile("metrics")]) -> FeatureModel:
    """Opens the Inception network of published Fréchet distances (Heusel et al. 2017), a file of your own."""
    opened = open_model(ctx.files.model("metrics", name))
    if "features" not in opened.parts:
        raise ValueError(f"{name} holds {opened.detection.title}, and no Inception network.")
    return opened.parts["features"]


@node(id="CLIPScore", title="CLIP score", category="metrics", is_output=True, aliases=("alignment", "clip-s"))
def clip_score_node(
    ctx: NodeContext,
    *,
    images: Image,
    clip_vision: ClipVisionModel,
    text: Annotated[Conditioning, Tooltip("Encoded by the text encoder that belongs to the image encoder")],
) -> Annotated[NodeResult, Outputs(Score)]:
    """Says how well pictures fit a sentence: 2.5 times the cosine of their CLIP embeddings (Hessel et al. 2021)."""
    embeddings = _looked_at(ctx, clip_vision, images)
    scores = clip_score(embeddings, text_embedding(text, "text"))
    each = ", ".join(f"{value:.3f}" for value in scores[:8].tolist()) + ("…" if len(scores) > 8 else "")
    return NodeResult(
        values=(scores.mean().item(),), ui={"text": [f"CLIP score {scores.mean().item():.4f} · each {each}"]}
    )


@node(
    id="CLIPSimilarityMatrix",
    title="Pictures by texts",
    category="metrics",
    is_output=True,
    aliases=("clip", "contrastive", "retrieval", "cosine"),
)
def clip_similarity_matrix(
    ctx: NodeContext,
    *,
    images: Image,
    clip_vision: ClipVisionModel,
    texts: Annotated[Conditioning, Tooltip("One prompt for each picture, in the same order, joined by 'Combine'")],
) -> Annotated[NodeResult, Outputs(Annotated[float, Name("accuracy")], Annotated[float, Name("loss")])]:
    """Compares every picture with every text, as CLIP's training does (Radford et al. 2021, section 2.3).

    Accuracy is the share of pictures whose own text is the nearest; the loss is that of telling both from all others.
    """
    embeddings, sentences = _looked_at(ctx, clip_vision, images), text_embedding(texts, "texts")
    if len(sentences) != len(embeddings):
        raise ValueError(f"{len(embeddings)} pictures were given {len(sentences)} texts: give each picture its own.")
    table = likeness(embeddings, sentences)
    accuracy = table.argmax(dim=1).eq(torch.arange(len(table))).double().mean().item()
    loss = contrastive_loss(table)
    rows = [" ".join(f"{cosine:6.3f}" for cosine in row[:16]) for row in table[:16].tolist()]
    return NodeResult(
        values=(accuracy, loss), ui={"text": [f"{accuracy:.0%} find their text · loss {loss:.3f}", *rows]}
    )


@node(id="FrechetDistance", title="Fréchet distance", category="metrics", is_output=True, aliases=("fid", "quality"))
def frechet_distance_node(
    ctx: NodeContext,
    *,
    images: Image,
    reference: Image,
    inception: FeatureModel | None = None,
    clip_vision: Eye | None = None,
) -> Annotated[NodeResult, Outputs(Number)]:
    """Says how far a set of pictures is from another (Heusel et al. 2017): 0 is alike.

    With the Inception network it is comparable to published figures; with CLIP's image encoder it ranks as well, but
    its numbers compare with nothing else. Small sets give figures that are far too high or too low.
    """
    first, second, eye = _features(ctx, images, reference, inception, clip_vision)
    distance = frechet_distance(first, second)
    few = min(len(first), len(second))
    warning = f" · {few} pictures are few: compare only with sets of the same size" if few < FEW else ""
    text = f"Fréchet distance {distance:.4f} ({eye} features){warning}"
    return NodeResult(values=(distance,), ui={"text": [text]})


@node(id="KernelDistance", title="Kernel distance", category="metrics", is_output=True, aliases=("kid", "mmd"))
def kernel_distance_node(
    ctx: NodeContext,
    *,
    images: Image,
    reference: Image,
    inception: FeatureModel | None = None,
    clip_vision: Eye | None = None,
) -> Annotated[NodeResult, Outputs(Number)]:
    """Says how far a set of pictures is from another without bias, so for small sets too (Bińkowski et al. 2018)."""
    first, second, eye = _features(ctx, images, reference, inception, clip_vision)
    distance = kernel_distance(first, second)
    return NodeResult(values=(distance,), ui={"text": [f"Kernel distance {distance:.5f} ({eye} features)"]})


@node(id="DiversityMeter", title="Diversity", category="metrics", is_output=True, aliases=("variety", "spread"))
def diversity_meter(
    ctx: NodeContext, *, images: Image, inception: FeatureModel | None = None, clip_vision: Eye | None = None
) -> Annotated[NodeResult, Outputs(Annotated[float, Name("diversity")])]:
    """Says how different pictures are from each other: the mean cosine distance between their features.

    Guidance trades it for fidelity (Ho & Salimans 2022); wire the pictures of several seeds.
    """
    features, eye = _eye(ctx, images, inception, clip_vision)
    value = diversity(features)
    return NodeResult(values=(value,), ui={"text": [f"Diversity {value:.4f} ({eye} features)"]})


def _features(
    ctx: NodeContext, images: Tensor, reference: Tensor, inception: Any, clip_vision: Any
) -> tuple[Tensor, Tensor, str]:
    first, eye = _eye(ctx, images, inception, clip_vision)
    return first, _eye(ctx, reference, inception, clip_vision)[0], eye


def _eye(ctx: NodeContext, images: Tensor, inception: Any, clip_vision: Any) -> tuple[Tensor, str]:
    """The features of pictures, and whose they are."""
    if inception is not None:
        return _through_inception(ctx, inception, images), "Inception"
    if clip_vision is not None:
        return _looked_at(ctx, clip_vision, images), "CLIP"
    raise ValueError("Features come from a network: wire one from Load Inception, or CLIP's from Load image encoder.")


def _through_inception(ctx: NodeContext, weighted: Weighted[Any], images: Tensor) -> Tensor:
    found: list[Tensor] = []
    with ctx.memory.lease(weighted) as network, interruptible(ctx.check_cancelled):
        for number, image in enumerate(images.split(8), start=1):
            ctx.progress(min(number * 8, len(images)), len(images))
            pixels = image[..., :3].permute(0, 3, 1, 2).to(ctx.memory.device)
            found.append(network(pixels.to(next(network.parameters()).dtype)).float().cpu())
    return torch.cat(found)


def _looked_at(ctx: NodeContext, encoder: Any, images: Tensor) -> Tensor:
    found: list[Tensor] = []
    with ctx.memory.lease(encoder.weighted) as network, interruptible(ctx.check_cancelled):
        for number, image in enumerate(images.split(8), start=1):
            ctx.progress(min(number * 8, len(images)), len(images))
            pixels = clip_pixels(image[..., :3].to(ctx.memory.device), network.config.size, crop=True)
            found.append(network(pixels.to(next(network.parameters()).dtype)).embedding.float().cpu())
    return torch.cat(found)
