"""Latent diffusion's own models: open them, and encode what steers them besides text."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import torch
import torch.nn.functional as F

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.weights import Weighted
from diffusion.image.pixels import to_autoencoder
from diffusion.networks.conditioners import one_hot_map
from diffusion.networks.interrupt import interruptible
from diffusion.text.layout import Box, layout_tokens
from graph_engine.spec.sdk import ModelFile, Multiline, Name, NodeContext, Socket, Tooltip, node
from nodes.autoencoding import encode
from nodes.classifier_guidance import CLASSES, class_ids
from nodes.sockets import AutoencoderModel, Conditioning, DiffusionModel, Image, ImageEmbed, Latent, Mask, Model, Vae

ConditionerKind = Literal["classes", "layout", "map", "none"]
_WHAT = {"classes": "class numbers", "layout": "boxes", "map": "maps of labels", "none": "nothing"}


@dataclass(frozen=True)
class ConditionerModel:
    """What a model of latent diffusion reads its condition with; ``weighted`` is None where it reads none."""

    kind: ConditionerKind
    weighted: Weighted[Any] | None
    title: str


Conditioner = Annotated[ConditionerModel, Socket("CONDITIONER")]


def _needed(conditioner: ConditionerModel, kind: ConditionerKind) -> Weighted[Any]:
    if conditioner.kind != kind or conditioner.weighted is None:
        raise ValueError(f"{conditioner.title} reads {_WHAT[conditioner.kind]}, not {_WHAT[kind]}.")
    return conditioner.weighted


@node(
    id="LatentDiffusionLoader",
    title="Load latent diffusion",
    category="loaders",
    aliases=("ldm", "compvis", "class", "layout", "semantic", "super resolution", "inpainting big", "churches"),
)
def load_latent_diffusion(
    ctx: NodeContext, *, ckpt_name: Annotated[str, ModelFile("checkpoints")]
) -> tuple[Model, Conditioner, Vae]:
    """Opens a model of latent diffusion's authors (Rombach et al. 2022) that is steered by something else than text.

    Classes (cin256), boxes (layout2img), maps (semantic synthesis), small pictures (bsr_sr), pictures with holes
    (inpainting_big), or nothing (faces, bedrooms, churches). Those with text open with 'Load model'.
    """
    opened = open_model(ctx.files.model("checkpoints", ckpt_name))
    if opened.denoiser is None or opened.record is None or opened.record.family != "ldm":
        raise ValueError(
            f"{ckpt_name} holds {opened.detection.title}, which is no model of latent diffusion's authors."
        )
    if opened.autoencoder is None:
        raise ValueError(f"{ckpt_name} holds the denoising network alone: its autoencoder is not in the file.")
    kind: ConditionerKind = "none"
    weighted: Weighted[Any] | None = None
    for name in ("classes", "map"):
        if name in opened.parts:
            kind, weighted = name, opened.parts[name]
    for text in opened.text:
        if text.kind == "layout":
            kind, weighted = "layout", text.weighted
    return (
        DiffusionModel(opened.denoiser, opened.record),
        ConditionerModel(kind, weighted, opened.record.title),
        AutoencoderModel(opened.autoencoder.weighted, opened.autoencoder.latent, opened.autoencoder.kind),
    )


@node(id="ClassEmbed", title="LDM class", category="conditioning", aliases=("imagenet", "cin256", "label"))
def class_embed(
    ctx: NodeContext, *, conditioner: Conditioner, class_id: Annotated[str, CLASSES] = "207"
) -> Conditioning:
    """Asks a latent diffusion model of classes for one of them (Rombach et al. 2022): a sequence of one token.

    Class 1000 of the model with 1001 is "no class": it is the negative for guidance.
    """
    weighted = _needed(conditioner, "classes")
    ids = class_ids(class_id, weighted.network.embedding.num_embeddings)
    with ctx.memory.lease(weighted) as network:
        tokens = network(ids.to(network.embedding.weight.device)).float().cpu()
    return [(tokens, {})]


@node(id="LayoutTokens", title="Layout", category="conditioning", aliases=("boxes", "bounding box", "layout2img"))
def layout_conditioning(
    ctx: NodeContext,
    *,
    conditioner: Conditioner,
    boxes: Annotated[
        str, Multiline(), Tooltip("A list of [class, left, top, width, height], places in shares of the picture")
    ] = "[[0, 0.25, 0.25, 0.5, 0.5]]",
) -> Conditioning:
    """Asks for things at places: boxes with the number of their Open Images class (Rombach et al. 2022, §4.3.1)."""
    weighted = _needed(conditioner, "layout")
    config = weighted.network.config
    tokens = layout_tokens(_boxes(boxes), vocabulary=config.vocabulary, most=(config.positions - 2) // 3)
    with ctx.memory.lease(weighted) as network, interruptible(ctx.check_cancelled):
        device = network.token_emb.weight.device
        features = network(torch.tensor([tokens], device=device)).float().cpu()
    return [(features, {})]


def _boxes(text: str) -> list[Box]:
    try:
        rows: Any = json.loads(text or "[]")
        return [Box(int(row[0]), *(float(value) for value in row[1:5])) for row in rows]
    except (ValueError, TypeError, IndexError, KeyError) as error:
        raise ValueError(
            f"The boxes cannot be read ({error}). Write a list of lists: [[class, left, top, width, height], …]."
        ) from error


@node(id="SemanticMap", title="Semantic map", category="conditioning", aliases=("segmentation", "labels"))
def semantic_map(ctx: NodeContext, *, conditioner: Conditioner, labels: Image) -> Conditioning:
    """Paints by a map of labels (Rombach et al. 2022): the red of each pixel, 0 to 255, is the number of its label.

    The published model knows 182 labels of COCO-Stuff. The map is as large as the picture to be made.
    """
    weighted = _needed(conditioner, "map")
    numbers = (labels[..., 0] * 255).round().long()
    with ctx.memory.lease(weighted) as network:
        mapper = network.channel_mapper.weight
        rescaled = network(one_hot_map(numbers, mapper.shape[1]).to(mapper)).float().cpu()
    return [(torch.zeros(1, 1, 1), {"concat_map": rescaled})]


@node(id="LDMUpscaleConditioning", title="LDM upscale", category="conditioning", aliases=("bsr_sr", "super resolution"))
def ldm_upscale_conditioning(
    *, image: Annotated[Image, Tooltip("The small picture")]
) -> tuple[Conditioning, Annotated[Latent, Name("latent")]]:
    """Enlarges a picture four times by latent diffusion (Rombach et al. 2022, §4.4): it lies beside the latent.

    The model forgave the usual damage (JPEG, blur, noise) in training; no noise is added here.
    """
    small = to_autoencoder(image).contiguous()
    latent: Latent = {"samples": torch.zeros(len(small), 3, *small.shape[-2:])}
    return [(torch.zeros(1, 1, 1), {"concat_image": small})], latent


@node(id="LDMInpaintConditioning", title="LDM inpaint", category="conditioning", aliases=("inpainting_big", "repair"))
def ldm_inpaint_conditioning(
    ctx: NodeContext, *, vae: Vae, pixels: Image, mask: Annotated[Mask, Tooltip("1 is repainted")]
) -> tuple[Conditioning, Annotated[Latent, Name("latent")]]:
    """Repairs a picture by latent diffusion (Rombach et al. 2022, §4.5).

    What is to be repaired is black in the picture the model reads, unlike Stable Diffusion's grey; put the known part
    back into the result with 'Paste'.
    """
    factor = vae.latent.factor
    height, width = (side // factor * factor for side in pixels.shape[1:3])
    cut = pixels[:, :height, :width]
    hole = (
        F.interpolate(mask.reshape(-1, 1, *mask.shape[-2:]).float(), pixels.shape[1:3], mode="nearest").ge(0.5).float()
    )
    hole = hole[:, :, :height, :width]
    masked = encode(ctx, vae, cut * (1 - hole[:, 0, :, :, None]))
    latent: Latent = {"samples": torch.zeros_like(masked)}
    return [(torch.zeros(1, 1, 1), {"concat_latent_image": masked, "concat_mask": hole})], latent


@node(id="RetrievalTokens", title="Retrieved neighbours", category="conditioning", aliases=("rdm", "knn", "retrieval"))
def retrieval_tokens(
    *, embeds: Annotated[ImageEmbed, Tooltip("CLIP embeddings, one row a neighbour (ViT-L/14)")]
) -> Conditioning:
    """Asks for a picture like some neighbours, by their CLIP embeddings (Blattmann et al. 2022, retrieval-augmented).

    Each embedding is brought to length 1 and becomes a token. The embedding of a text will do as a neighbour too.
    """
    return [(F.normalize(embeds.float(), dim=-1)[None], {})]
