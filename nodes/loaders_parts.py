"""Open the parts of a model from files of their own."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import torch

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.opened import OpenedText, TextKind
from diffusion.text.tokenizer_files import text_encoder
from graph_engine.spec.sdk import Blocked, Choices, ModelFile, NodeContext, NodeResult, Outputs, Tooltip, node
from nodes.opened import model_of, told, vae_of
from nodes.sockets import Clip, Model, TextModel, Vae

TextFile = Annotated[str, ModelFile("text_encoders"), Tooltip("A file in models/text_encoders")]
LoadedText = Annotated[NodeResult, Outputs(Clip)]
_DTYPES: Mapping[str, torch.dtype | None] = {
    "default": None,
    "fp8_e4m3fn": None,
    "fp8_e4m3fn_fast": None,
    "fp8_e5m2": None,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
    "fp32": torch.float32,
}
# ComfyUI's words for what a text encoder is loaded for → how prompts are read; "" lets the encoder decide.
_FAMILIES: Mapping[str, str] = {
    "stable_diffusion": "",
    "sdxl": "sdxl",
    "sdxl_refiner": "sdxl_refiner",
    "sd3": "sd3",
    "unclip": "unclip",
    "kandinsky": "kandinsky",
    "t5": "t5",
}
_FAMILY_OF_KIND: Mapping[TextKind, str] = {
    "clip_l": "sd1",
    "clip_h": "sd2",
    "clip_g": "sdxl_refiner",
    "t5xxl": "t5",
    "t5xl": "t5",
    "t5base": "t5",
    "xlm_r": "kandinsky",
}


@node(id="UNETLoader", title="Load UNet", category="loaders", aliases=("diffusion model", "transformer", "denoiser"))
def load_unet(
    ctx: NodeContext,
    *,
    unet_name: Annotated[str, ModelFile("diffusion_models"), Tooltip("A file in models/diffusion_models")],
    weight_dtype: Annotated[
        str, Choices(tuple(_DTYPES)), Tooltip("What to compute in; the names in 8 bits of old workflows mean default")
    ] = "default",
) -> Annotated[NodeResult, Outputs(Model)]:
    """Opens a denoising network alone: a UNet (Rombach et al. 2022) or a transformer (Esser et al. 2024)."""
    path = ctx.files.model("diffusion_models", unet_name)
    opened = open_model(path)
    model = model_of(opened, path)
    if isinstance(model, Blocked):
        raise ValueError(f"{unet_name} holds {opened.detection.title}, and no denoising network.")
    dtype = _DTYPES[weight_dtype]
    if dtype is not None:
        model = replace(model, options=replace(model.options, dtype=dtype))
    return NodeResult(values=(model,), ui=told(opened))


@node(id="VAELoader", title="Load VAE", category="loaders", aliases=("autoencoder", "decoder", "encoder"))
def load_vae(
    ctx: NodeContext, *, vae_name: Annotated[str, ModelFile("vae"), Tooltip("A file in models/vae")]
) -> Annotated[NodeResult, Outputs(Vae)]:
    """Opens an autoencoder alone, with or without a codebook (Kingma & Welling 2014; Esser et al. 2021).

    A whole model's file will do too: its autoencoder is taken.
    """
    path = ctx.files.model("vae", vae_name)
    opened = open_model(path)
    vae = vae_of(opened, path)
    if isinstance(vae, Blocked):
        raise ValueError(f"{vae_name} holds {opened.detection.title}, and no autoencoder.")
    return NodeResult(values=(vae,), ui=told(opened))


def _encoders(ctx: NodeContext, names: tuple[str, ...]) -> tuple[list[tuple[OpenedText, Path]], list[str]]:
    """Open files of text encoders; each kind once, in the order given."""
    found: list[tuple[OpenedText, Path]] = []
    notes: list[str] = []
    for name in names:
        path = ctx.files.model("text_encoders", name)
        opened = open_model(path)
        if not opened.text:
            raise ValueError(f"{name} holds {opened.detection.title}, and no text encoder.")
        notes += opened.notes
        for text in opened.text:
            if any(text.kind == other.kind for other, _ in found):
                raise ValueError(
                    f"Two of the files hold the text encoder {text.kind}: choose another in place of {name}."
                )
            found.append((text, path))
    return found, notes


def _text_model(ctx: NodeContext, names: tuple[str, ...], family: str) -> NodeResult:
    found, notes = _encoders(ctx, names)
    family = family or _FAMILY_OF_KIND.get(found[0][0].kind, "")
    value = TextModel(tuple(text_encoder(text, path) for text, path in found), family)
    return NodeResult(values=(value,), ui={"text": notes} if notes else {})


@node(id="CLIPLoader", title="Load CLIP", category="loaders", aliases=("text encoder", "t5"))
def load_clip(
    ctx: NodeContext,
    *,
    clip_name: TextFile,
    type: Annotated[str, Choices(tuple(_FAMILIES)), Tooltip("What it is for")] = "stable_diffusion",
) -> LoadedText:
    """Opens a text encoder alone: CLIP (Radford et al. 2021), OpenCLIP (Cherti et al. 2023) or T5 (Raffel et al. 2020).

    For Stable Diffusion 1 and 2 the encoder itself tells which of the two it belongs to.
    """
    return _text_model(ctx, (clip_name,), _FAMILIES[type])


@node(id="DualCLIPLoader", title="Load two CLIPs", category="loaders", aliases=("text encoder", "sdxl", "sd3"))
def load_two_clips(
    ctx: NodeContext,
    *,
    clip_name1: TextFile,
    clip_name2: TextFile,
    type: Annotated[str, Choices(("sdxl", "sd3")), Tooltip("What they are for")] = "sdxl",
) -> LoadedText:
    """Opens two text encoders read together: CLIP-L and bigG for SDXL (Podell et al. 2023), any two for SD3."""
    return _text_model(ctx, (clip_name1, clip_name2), type)


@node(id="TripleCLIPLoader", title="Load three CLIPs", category="loaders", aliases=("text encoder", "sd3", "t5"))
def load_three_clips(
    ctx: NodeContext, *, clip_name1: TextFile, clip_name2: TextFile, clip_name3: TextFile
) -> LoadedText:
    """Opens the three text encoders of Stable Diffusion 3: CLIP-L, OpenCLIP-bigG and T5-XXL (Esser et al. 2024)."""
    return _text_model(ctx, (clip_name1, clip_name2, clip_name3), "sd3")
