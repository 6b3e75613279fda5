"""What CLIP sees in pictures, and prompts that ask for it."""

from typing import Annotated

import torch

from diffusion.checkpoints.load import open_model
from diffusion.image.clip_pixels import clip_pixels
from diffusion.networks.interrupt import interruptible
from graph_engine.spec.sdk import Choices, Ge, Le, ModelFile, NodeContext, Step, Tooltip, node
from nodes.sockets import (
    ClipVisionModel,
    ClipVisionOutput,
    Conditioning,
    Image,
    ImageEncoder,
    ImageFeatures,
    StyleModelValue,
    StyleNetwork,
)


@node(id="CLIPVisionLoader", title="Load image encoder", category="loaders", aliases=("clip vision", "image encoder"))
def load_clip_vision(ctx: NodeContext, *, clip_name: Annotated[str, ModelFile("clip_vision")]) -> ClipVisionModel:
    """Opens CLIP's image encoder (Radford et al. 2021), in the layout of transformers, OpenCLIP or OpenAI."""
    opened = open_model(ctx.files.model("clip_vision", clip_name))
    if opened.vision is None:
        raise ValueError(f"{clip_name} holds {opened.detection.title}, and no CLIP image encoder.")
    return ImageEncoder(opened.vision)


@node(id="CLIPVisionEncode", title="Look at picture", category="conditioning", aliases=("image embedding", "clip"))
def clip_vision_encode(
    ctx: NodeContext,
    *,
    clip_vision: ClipVisionModel,
    image: Image,
    crop: Annotated[
        str, Choices(("center", "none")), Tooltip("Cut the middle square out, or squeeze the whole picture into it")
    ] = "center",
) -> ClipVisionOutput:
    """Encodes pictures with CLIP (Radford et al. 2021): an embedding each, and the features of every patch."""
    device = ctx.memory.device
    with ctx.memory.lease(clip_vision.weighted) as network, interruptible(ctx.check_cancelled):
        pixels = clip_pixels(image.to(device), network.config.size, crop=crop == "center")
        states = network(pixels.to(next(network.parameters()).dtype))
    return ImageFeatures(
        image_embeds=states.embedding.float().cpu(),
        last_hidden_state=states.last.float().cpu(),
        penultimate_hidden_states=states.penultimate.float().cpu(),
    )


@node(
    id="unCLIPConditioning",
    title="Picture as prompt",
    category="conditioning",
    aliases=("unclip", "image prompt", "variation"),
)
def unclip_conditioning(
    *,
    conditioning: Conditioning,
    clip_vision_output: ClipVisionOutput,
    strength: Annotated[float, Ge(-10), Le(10), Step(0.01), Tooltip("How much the picture counts")] = 1.0,
    noise_augmentation: Annotated[
        float, Ge(0), Le(1), Step(0.01), Tooltip("0 keeps to the picture; more leaves more freedom")
    ] = 0.0,
) -> Conditioning:
    """Adds a picture's CLIP embedding to a prompt, for models that read one (Ramesh et al. 2022)."""
    if strength == 0:
        return conditioning
    entry = {
        "clip_vision_output": clip_vision_output,
        "strength": strength,
        "noise_augmentation": noise_augmentation,
    }
    return [
        (sequence, {**options, "unclip_conditioning": [*options.get("unclip_conditioning", ()), entry]})
        for sequence, options in conditioning
    ]


@node(id="StyleModelLoader", title="Load style model", category="loaders", aliases=("style", "t2i adapter"))
def load_style_model(
    ctx: NodeContext, *, style_model_name: Annotated[str, ModelFile("style_models")]
) -> StyleModelValue:
    """Opens the style model of T2I-Adapter (Mou et al. 2023), which makes words of a picture."""
    opened = open_model(ctx.files.model("style_models", style_model_name))
    if "style" not in opened.parts:
        raise ValueError(f"{style_model_name} holds {opened.detection.title}, and no style model.")
    return StyleNetwork(opened.parts["style"])


@node(id="StyleModelApply", title="Style of picture", category="conditioning", aliases=("style", "t2i adapter"))
def apply_style_model(
    ctx: NodeContext,
    *,
    conditioning: Conditioning,
    style_model: StyleModelValue,
    clip_vision_output: ClipVisionOutput,
    strength: Annotated[float, Ge(0), Le(10), Step(0.001), Tooltip("How much the picture's tokens weigh")] = 1.0,
) -> Conditioning:
    """Puts a picture's style beside the words of a prompt, as further tokens (T2I-Adapter, Mou et al. 2023)."""
    with ctx.memory.lease(style_model.weighted) as network, interruptible(ctx.check_cancelled):
        like = next(network.parameters())
        made = network(clip_vision_output.last_hidden_state.to(like))
    tokens = made.float().cpu().flatten(0, 1)[None] * strength
    if any(sequence.shape[-1] != tokens.shape[-1] for sequence, _ in conditioning):
        raise ValueError(
            f"This style model makes tokens {tokens.shape[-1]} wide, and the prompt's have another width: "
            "it was made for another kind of model."
        )
    return [
        (torch.cat([sequence, tokens.to(sequence).expand(len(sequence), -1, -1)], dim=1), options)
        for sequence, options in conditioning
    ]
