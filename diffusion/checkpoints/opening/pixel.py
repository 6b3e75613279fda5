"""Opens models that paint pixels: DeepFloyd IF, GLIDE, and guided diffusion with its classifiers."""

from dataclasses import replace

from diffusion.checkpoints.keys.adm import classifier_side_from_shapes
from diffusion.checkpoints.keys.efficient import efficient_unet_config_from_shapes, is_efficient_unet
from diffusion.checkpoints.keys.pixel import (
    adm_config_of_file,
    deepfloyd_config_from_shapes,
    glide_config_from_shapes,
    map_deepfloyd_keys,
    noisy_clip_config_from_shapes,
)
from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import ORPHANS, t5_part, unet_heads
from diffusion.checkpoints.record import PIXELS, Joined, ModelRecord, NoiseFacts
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.adm import AdmConfig, AdmUNet
from diffusion.networks.classifier import NoisyClassifier
from diffusion.networks.deepfloyd import DeepFloydUNet
from diffusion.networks.efficient_unet import EfficientUNet
from diffusion.networks.glide import GlideUNet
from diffusion.networks.noisy_clip import NoisyClipImage, NoisyClipText
from diffusion.networks.patched_unet import PatchedUNet

COSINE = NoiseFacts("cosine")
LINEAR = NoiseFacts("linear", 1e-4, 0.02)

# How often a published network halves a picture until it is 8 pixels wide: its levels tell the size it was made for.
_SIDES = {4: 64, 5: 128, 6: 256, 7: 512}


# The channels of patches of 2, 4 and 8 pixels in three colours.
_PATCHES = (12, 48, 192)

_GLIDE_INPUTS: dict[int, Joined] = {6: "low_res", 7: "inpaint", 10: "low_res_inpaint"}


def _side(config: AdmConfig) -> int:
    return _SIDES.get(len(config.level_channels), 64)


def _every_key(shapes: Shapes) -> dict[str, str]:
    return {name: name for name in shapes}


def _record(
    opening: Opening, family: str, config: AdmConfig, noise: NoiseFacts, side: int, joined: Joined | None
) -> ModelRecord:
    return ModelRecord(
        family=family,
        title=opening.detection.title,
        prediction="eps",
        noise=noise,
        latent=PIXELS,
        resolution=(side, side),
        learned_range=config.out_channels == 2 * PIXELS.channels,
        joined=joined,
    )


def open_deepfloyd(opening: Opening) -> OpenedModel:
    """Open a stage of DeepFloyd IF, in its authors' layout or in diffusers', alone or with T5 in a diffusers folder."""
    names = opening.layout.denoiser_names
    keys = {ours: names[theirs] for ours, theirs in map_deepfloyd_keys(names).items()}
    unet = opening.part("unet", keys, lambda shapes: DeepFloydUNet(*deepfloyd_config_from_shapes(shapes)), title="UNet")
    config = unet.network.config
    upsampler = config.in_channels > PIXELS.channels
    # The third stage has a level more than the second: it halves 1024 pixels once more.
    side = (1024 if len(config.level_channels) > 5 else 256) if upsampler else 64
    record = _record(opening, "deepfloyd", config, COSINE, side, "low_res" if upsampler else None)
    record = replace(
        record,
        context_width=unet.network.t5_width,
        guidance=4.0 if upsampler else 7.0,
        steps={64: 100, 256: 50, 1024: 40}[side],
    )
    text = t5_part(opening, "text_encoder.")
    opening.leave_matching(ORPHANS)
    return OpenedModel(
        opening.file.path, opening.detection, denoiser=unet, record=record, text=() if text is None else (text,)
    )


def open_glide(opening: Opening) -> OpenedModel:
    """Open a GLIDE model: base, upsampler, or either of them for inpainting."""
    file = opening.file
    unet = opening.part(
        "unet", _every_key(file.shapes), lambda shapes: GlideUNet(*glide_config_from_shapes(shapes)), title="UNet"
    )
    config = unet.network.config
    joined = _GLIDE_INPUTS.get(config.in_channels)
    upsampler = joined in ("low_res", "low_res_inpaint")
    record = _record(opening, "glide", config, LINEAR if upsampler else COSINE, _side(config), joined)
    record = replace(record, context_width=config.text.width if config.text else None)
    record = replace(record, guidance=1.0 if upsampler else 3.0, steps=27 if upsampler else 100)
    return OpenedModel(file.path, opening.detection, denoiser=unet, record=record)


def open_adm(opening: Opening) -> OpenedModel:
    """Open a UNet of guided diffusion (Dhariwal & Nichol 2021): of one class or of many, base or upsampler."""
    file = opening.file
    unet = opening.part(
        "unet", _every_key(file.shapes), lambda shapes: AdmUNet(adm_config_of_file(shapes)), title="UNet"
    )
    config = unet.network.config
    side = _side(config)
    upsampler = config.in_channels == 2 * PIXELS.channels
    noise = COSINE if side == 64 and not upsampler else LINEAR
    opening.decided.append(
        f"noise levels are {noise.kind}, as in the published model of {side} × {side} pixels; shapes do not tell them"
    )
    record = _record(opening, "adm", config, noise, side, "low_res" if upsampler else None)
    return OpenedModel(
        file.path,
        opening.detection,
        denoiser=unet,
        record=replace(record, steps=250),
        facts={"classes": config.classes},
    )


# The strengths that guided diffusion's authors recommend with their classifiers.
_CLASSIFIER_SCALES = {64: 1.0, 128: 0.5, 256: 1.0, 512: 4.0}


def open_classifier(opening: Opening) -> OpenedModel:
    """Open a classifier of noisy pictures."""
    file = opening.file

    def build(shapes: Shapes) -> NoisyClassifier:
        return NoisyClassifier(adm_config_of_file(shapes), classifier_side_from_shapes(shapes))

    classifier = opening.part("classifier", _every_key(file.shapes), build)
    config = classifier.network.config
    side = classifier_side_from_shapes(file.shapes) * 2 ** (len(config.level_channels) - 1)
    facts = {"side": side, "classes": config.out_channels, "scale": _CLASSIFIER_SCALES.get(side, 1.0)}
    return OpenedModel(file.path, opening.detection, classifier=classifier, facts=facts)


def open_noisy_clip(opening: Opening) -> OpenedModel:
    """Open one half, words or pictures, of the CLIP that GLIDE's guidance was trained with."""
    file = opening.file
    words = "blocks.input.w_voc" in file.shapes

    def build(shapes: Shapes) -> NoisyClipText | NoisyClipImage:
        config = noisy_clip_config_from_shapes(shapes)
        return NoisyClipText(config) if words else NoisyClipImage(config)

    half = "noisy_clip_text" if words else "noisy_clip_image"
    part = opening.part(half, _every_key(file.shapes), build, title="noise-aware CLIP")
    return OpenedModel(file.path, opening.detection, parts={half: part})


def open_efficient_unet(opening: Opening) -> OpenedModel:
    """Open an upsampling stage with an Efficient U-Net, as this project saves it.

    Its noise is cosine; the metadata says what it predicts and the side of its pictures, velocity and 256 otherwise.
    Networks on patches are ours for CPUs: small, and made for few steps.
    """
    file = opening.file
    unet = opening.part(
        "unet", _every_key(file.shapes), lambda s: EfficientUNet(efficient_unet_config_from_shapes(s)), title="UNet"
    )
    config, (side, _) = unet.network.config, file.facts.resolution or (256, 256)
    record = ModelRecord(
        family="efficient_unet",
        title=opening.detection.title,
        prediction=file.facts.prediction or "v",
        noise=COSINE,
        latent=PIXELS,
        resolution=(side, side),
        learned_range=config.learned_range,
        context_width=config.text_width or None,
        joined="low_res",
        guidance=1.0,
        steps=50 if config.patch == 1 else 8 if side <= 256 else 6,
    )
    return OpenedModel(file.path, opening.detection, denoiser=unet, record=record)


def open_patched_unet(opening: Opening) -> OpenedModel:
    """Open a pixel model on patches, as this project saves it: a base, an unCLIP decoder or an upsampler.

    Its noise is cosine and it predicts the clean picture, unless the metadata says otherwise.
    """
    file = opening.file
    heads, head_width = unet_heads(opening)

    def build(shapes: Shapes) -> PatchedUNet:
        config = unet_config_from_shapes(shapes, heads=heads, head_width=head_width)
        tokens = shapes.get("image_tokens.bias", (0,))[0] // max(1, config.context_width)
        return PatchedUNet(config, image_tokens=tokens)

    unet = opening.part("unet", opening.layout.unet_names, build, title="UNet")
    opening.leave_matching(ORPHANS)
    network, config = unet.network, unet.network.config
    record = ModelRecord(
        family="patched",
        title=opening.detection.title,
        prediction=file.facts.prediction or "x0",
        noise=COSINE,
        latent=PIXELS,
        resolution=file.facts.resolution or ((256, 256) if network.enlarges else (64, 64)),
        context_width=config.context_width or None,
        embedding_width=config.label_size if network.image_tokens is not None else None,
        joined="low_res" if network.enlarges else None,
        guidance=1.0 if network.enlarges else 3.0,
        steps=8 if network.enlarges else 25,
    )
    return OpenedModel(file.path, opening.detection, denoiser=unet, record=record)


def _patched(layout: Layout) -> str | None:
    out = layout.unet.get("out.2.weight", (0,))[0]
    inputs = layout.inputs
    if out not in _PATCHES or inputs not in (out, 2 * out):
        return None
    return f"its UNet reads and writes patches of pixels ({out} channels)"


def _efficient(layout: Layout) -> str | None:
    return "levels resize before and after their blocks (shrink, grow)" if is_efficient_unet(layout.shapes) else None


def _deepfloyd(layout: Layout) -> str | None:
    for mark in ("encoder_pooling.1.positional_embedding", "add_embedding.pool.positional_embedding"):
        if mark in layout.denoiser:
            return f"it pools T5's features by attention ({mark})"
    return None


def _glide(layout: Layout) -> str | None:
    found = "padding_embedding" in layout.shapes and "token_embedding.weight" in layout.shapes
    return "its UNet holds a text transformer with an embedding for padding" if found else None


def _classifier(layout: Layout) -> str | None:
    found = "out.2.positional_embedding" in layout.shapes and "out.2.qkv_proj.weight" in layout.shapes
    return "it ends in attention that pools a feature map (out.2.qkv_proj)" if found else None


def _adm(layout: Layout) -> str | None:
    if layout.denoiser_prefix != "" or layout.has("encoder_", "clip_", "add_embedding", "encoder_hid_proj"):
        return None
    shapes = layout.shapes
    outputs = shapes.get("out.2.weight", (0,))[0]
    if "input_blocks.0.0.weight" not in shapes or outputs != 6 or layout.context_width is not None:
        return None
    return "it predicts noise and variance of pixels and reads no text"


def _noisy_clip(layout: Layout) -> str | None:
    if "blocks.input.w_t" in layout.shapes:
        return "it embeds a timestep before the patches of a picture (blocks.input.w_t)"
    return "it embeds words under blocks.input.w_voc" if "blocks.input.w_voc" in layout.shapes else None


PIXEL_KINDS: tuple[Kind, ...] = (
    Kind("patched", "Pixel UNet on patches", _patched, open_patched_unet),
    Kind("efficient_unet", "Efficient U-Net upsampler", _efficient, open_efficient_unet),
    Kind("deepfloyd", "DeepFloyd IF", _deepfloyd, open_deepfloyd),
    Kind("glide", "GLIDE", _glide, open_glide),
    Kind("classifier", "Guided diffusion's classifier", _classifier, open_classifier),
    Kind("adm", "Guided diffusion (ADM)", _adm, open_adm),
    Kind("noisy_clip", "GLIDE's noise-aware CLIP", _noisy_clip, open_noisy_clip),
)
