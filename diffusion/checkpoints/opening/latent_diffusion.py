"""Opens the models of latent diffusion's authors (Rombach et al. 2022): text, classes, layouts, maps and others."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import torch

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.keys.ldm import (
    AUTOENCODER,
    BERT,
    bert_config_from_shapes,
    map_bert_keys,
    map_diffusers_bert_keys,
    map_vq_keys,
    vq_config_from_shapes,
)
from diffusion.checkpoints.keys.ldm_zoo import ZOO, ZooFacts, ZooKind, zoo_config, zoo_kind
from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedAutoencoder, OpenedModel, OpenedText
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import autoencoder_part
from diffusion.checkpoints.record import Joined, LatentFormat, ModelRecord, NoiseFacts
from diffusion.checkpoints.shapes import autoencoder_config_from_shapes
from diffusion.checkpoints.weights import Weighted
from diffusion.image.preview import PIXEL_PREVIEW
from diffusion.networks.adm import AdmConfig, AdmUNet
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.bert import BertEncoder
from diffusion.networks.conditioners import ClassEmbedder, SpatialRescaler
from diffusion.networks.unet import UNet
from diffusion.networks.vq import AutoencoderVQ

_AVERAGED = "model_ema."
_CLASSES = "cond_stage_model.embedding.weight"
_MAPPER = "cond_stage_model.channel_mapper.weight"
_JOINED: Mapping[ZooKind, Joined] = {"ldm_inpaint": "inpaint", "ldm_upscale": "low_res", "ldm_semantic": "picture"}
_LAYOUT_POSITIONS = 92


def _kind(layout: Layout) -> ZooKind | None:
    """Tell which published model a file is, in its authors' layout or (with text or classes) in diffusers'."""
    return zoo_kind(layout.denoiser) or zoo_kind(layout.unet)


def _unet_keys(opening: Opening) -> dict[str, str]:
    """Return the UNet's keys: those of its moving average where the file has all of it, as its authors sampled."""
    shapes = opening.file.shapes
    layout = opening.layout
    names = dict(layout.unet_names if zoo_kind(layout.denoiser) is None else layout.denoiser_names)
    # The average's names are the network's with the dots taken out.
    averaged = {ours: f"{_AVERAGED}diffusion_model{ours.replace('.', '')}" for ours in names}
    if not all(name in shapes for name in averaged.values()):
        return names
    opening.leave(names.values())
    opening.decided.append("the moving average of the weights (model_ema) is used, as its authors sampled")
    return averaged


def _number(opening: Opening, name: str) -> float | None:
    """Read a buffer of one number out of the file; None where there is none or only its shape is known."""
    if opening.file.shapes.get(name) is None:
        return None
    try:
        return float(opening.file.store.read(name).flatten()[0])
    except CheckpointError:  # only its shape is known
        return None


def _noise(opening: Opening, facts: ZooFacts) -> NoiseFacts:
    """Return the noise levels: those the file itself carries, else those of the published model of its kind."""
    if "betas" in opening.file.shapes:
        try:
            betas = opening.file.store.read("betas").double()
        except CheckpointError:  # only its shape is known
            betas = torch.empty(0)
        if betas.ndim == 1 and len(betas) > 1:
            opening.decided.append("noise levels are those stored in the file (betas)")
            return NoiseFacts("scaled_linear", round(float(betas[0]), 8), round(float(betas[-1]), 8), len(betas))
    opening.decided.append(f"noise levels are those published for {facts.title}")
    return NoiseFacts("scaled_linear", facts.beta_start, facts.beta_end)


def _latent(opening: Opening, kind: ZooKind, channels: int, factor: int) -> LatentFormat:
    scale = ZOO[kind].scale
    stored = _number(opening, "scale_factor")
    if stored:
        opening.decided.append(f"the latent's scale is the one stored in the file (scale_factor {stored:.5g})")
        scale = stored
    elif kind == "ldm_churches":
        opening.notes.append(
            "This model's latents were scaled to unit deviation and the file does not say by how much (scale_factor); "
            "they are left as they are."
        )
    # Latents of three channels look like the picture, in colours that are only roughly its own.
    return LatentFormat(channels, factor, scale, preview=PIXEL_PREVIEW if channels == 3 else None)


def _autoencoder(opening: Opening) -> tuple[Weighted[AutoencoderKL | AutoencoderVQ], bool]:
    """Open the KL or VQ autoencoder; returns it and whether it is a VQ."""
    keys = map_vq_keys(opening.file.shapes, AUTOENCODER)
    opening.leave(name for name in opening.file.shapes if name.startswith(f"{AUTOENCODER}loss."))
    quantised = "quantize.embedding.weight" in keys

    def build(shapes: Shapes) -> AutoencoderKL | AutoencoderVQ:
        if quantised:
            return AutoencoderVQ(vq_config_from_shapes(shapes))
        return AutoencoderKL(autoencoder_config_from_shapes(shapes))

    return opening.part("autoencoder", keys, build), quantised


def _text(opening: Opening, prefix: str = BERT) -> tuple[OpenedText, ...]:
    keys, folder = map_bert_keys(opening.file.shapes, prefix), None
    if "token_emb.weight" not in keys:
        keys, folder = map_diffusers_bert_keys(opening.file.shapes), opening.file.path / "tokenizer"
    if "token_emb.weight" not in keys:
        return ()
    opening.leave(name for name in opening.file.shapes if name.startswith((f"{prefix}to_logits.", "bert.to_logits.")))
    encoder = opening.part("text", keys, lambda s: BertEncoder(bert_config_from_shapes(s)), title="text encoder")
    layout = encoder.network.config.positions == _LAYOUT_POSITIONS
    return (OpenedText("layout" if layout else "bert", encoder, tokenizer_folder=folder),)


def _conditioners(opening: Opening) -> dict[str, Weighted[ClassEmbedder | SpatialRescaler]]:
    shapes = opening.file.shapes
    parts: dict[str, Weighted[ClassEmbedder | SpatialRescaler]] = {}
    if _CLASSES in shapes:
        keys = {"embedding.weight": _CLASSES}
        parts["classes"] = opening.part("classes", keys, lambda s: ClassEmbedder(*s["embedding.weight"]))
    if _MAPPER in shapes:
        keys = {"channel_mapper.weight": _MAPPER}
        parts["map"] = opening.part(
            "map", keys, lambda s: SpatialRescaler(s["channel_mapper.weight"][1], s["channel_mapper.weight"][0])
        )
    return parts


def _build_unet(shapes: Shapes, kind: ZooKind) -> UNet | AdmUNet:
    config = zoo_config(shapes, kind)
    return AdmUNet(config) if isinstance(config, AdmConfig) else UNet(config)


def _leave_what_training_left(opening: Opening) -> None:
    shapes = opening.file.shapes
    schedule = [name for name in shapes if "." not in name]
    opening.leave(schedule)
    opening.leave(name for name in shapes if name.startswith(_AVERAGED))
    # Where the first stage also encodes the condition, the file holds it a second time.
    opening.leave(
        name
        for name in shapes
        if name.startswith("cond_stage_model.") and name.replace("cond_stage_model.", AUTOENCODER, 1) in shapes
    )


def open_latent_diffusion(opening: Opening) -> OpenedModel:
    """Open a model of latent diffusion: a whole checkpoint, or its UNet alone.

    Raises:
        CheckpointError: a part is incomplete, or the UNet is none of the published ones.
    """
    file = opening.file
    kind = _kind(opening.layout)
    if kind is None:
        raise CheckpointError(
            "This latent diffusion model is none of those that can be told apart by their shapes",
            where=file.path,
            remedy="Choose one of the published models.",
        )
    facts = ZOO[kind]
    _leave_what_training_left(opening)
    unet = opening.part("unet", _unet_keys(opening), lambda shapes: _build_unet(shapes, kind), title="UNet")
    autoencoder, factor, quantised = None, facts.factor, False
    part = None
    if opening.layout.has("vqvae."):
        part = autoencoder_part(opening, LatentFormat(channels=4, factor=factor))
        factor = factor if part is None else part.latent.factor
    elif opening.layout.has(AUTOENCODER):
        autoencoder, quantised = _autoencoder(opening)
        network = autoencoder.network
        factor = (network.config.body if isinstance(network, AutoencoderVQ) else network.config).factor
    latent = _latent(opening, kind, unet.network.config.out_channels, factor)
    config = unet.network.config
    return OpenedModel(
        file.path,
        opening.detection,
        denoiser=unet,
        record=ModelRecord(
            family="ldm",
            title=facts.title,
            prediction="eps",
            noise=_noise(opening, facts),
            latent=latent,
            resolution=(facts.side, facts.side),
            context_width=getattr(config, "context_width", 0) or None,
            joined=_JOINED.get(kind),
            guidance=facts.guidance,
            steps=50,
        ),
        autoencoder=replace(part, latent=latent)
        if part
        else autoencoder and OpenedAutoencoder(autoencoder, latent, "vq" if quantised else "kl"),
        text=_text(opening),
        parts=_conditioners(opening),
        facts={"kind": kind},
    )


def open_bert(opening: Opening) -> OpenedModel:
    """Open latent diffusion's text encoder by itself."""
    return OpenedModel(opening.file.path, opening.detection, text=_text(opening, ""))


def _matches(kind: ZooKind) -> Callable[[Layout], str | None]:
    def observed(layout: Layout) -> str | None:
        if _kind(layout) != kind:
            return None
        return f"its UNet has the channels and the attention of {ZOO[kind].title}"

    return observed


def _bert(layout: Layout) -> str | None:
    found = "token_emb.weight" in layout.shapes and layout.has("attn_layers.layers.")
    return "it embeds BERT's tokens and attends to them" if found else None


LATENT_DIFFUSION_KINDS: tuple[Kind, ...] = (
    *(Kind(name, facts.title, _matches(name), open_latent_diffusion) for name, facts in ZOO.items()),
    Kind("bert", "Latent diffusion's text encoder", _bert, open_bert),
)
