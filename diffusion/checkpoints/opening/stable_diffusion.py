"""Stable Diffusion 1 and 2, with what was made of them: inpainting, editing, depth, unCLIP and the x4 upscaler."""

import re
from collections.abc import Callable
from dataclasses import replace

from diffusion.checkpoints.decide import decide_prediction, with_distillation
from diffusion.checkpoints.keys.clip import OPEN_CLIP_SD2
from diffusion.checkpoints.keys.sd1 import TEXT
from diffusion.checkpoints.keys.x4_upscaler import x4_upscaler_config_from_shapes
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.latent_formats import SD1_LATENT, X4_LATENT
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel, OpenedText, TextKind
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import (
    ORPHANS,
    autoencoder_part,
    clip_part,
    open_clip_part,
    unet_part,
    with_preview,
)
from diffusion.checkpoints.opening.vision import vision_part
from diffusion.checkpoints.record import Joined, LatentFormat, ModelRecord, NoiseFacts, Prediction

FOLDER_TEXT = "text_encoder."
_SD1_WIDTH, _SD2_WIDTH = 768, 1024
_INPAINTING_INPUTS = 9
# What a file is called whose features are as narrow as no published text encoder's, and which holds none.
_SD1_NAMED = "stable-diffusion-v1"
_UNCLIP_ORPHANS = re.compile(r"noise_augmentor\..*|embedder\..*|image_normalizer\..*")


def _text(opening: Opening, family: str) -> tuple[OpenedText, ...]:
    kind: TextKind = "clip_l" if family == "sd1" else "clip_h"
    found = (
        clip_part(opening, TEXT, kind=kind)
        or clip_part(opening, FOLDER_TEXT, kind=kind)
        or open_clip_part(opening, OPEN_CLIP_SD2, kind=kind)
    )
    return () if found is None else (found,)


def _open(
    opening: Opening,
    family: str,
    latent: LatentFormat,
    prediction: Prediction,
    *,
    joined: Joined | None = None,
    noise: NoiseFacts | None = None,
) -> OpenedModel:
    """Open a model of this group; the record is complete but for what its own opener adds."""
    upscaler = joined == "low_res"
    unet = unet_part(opening, x4_upscaler_config_from_shapes if upscaler else None)
    autoencoder = autoencoder_part(opening, latent)
    text = _text(opening, family)
    opening.leave_matching(ORPHANS)
    config = unet.network.config
    latent = replace(latent, channels=config.out_channels) if autoencoder is None else autoencoder.latent
    latent = with_preview(opening, latent)
    large = prediction == "v" and family != "sd1"
    side = 768 if large else 512
    record = ModelRecord(
        family=family,
        title=opening.detection.title,
        prediction=prediction,
        noise=noise or NoiseFacts("scaled_linear", zero_terminal_snr="ztsnr" in opening.file.shapes),
        latent=latent,
        resolution=opening.file.facts.resolution or (side, side),
        context_width=config.context_width or None,
        joined=joined,
        guidance=7.5,
    )
    return OpenedModel(
        opening.file.path,
        opening.detection,
        denoiser=unet,
        record=with_distillation(record, opening.file, opening.decided),
        autoencoder=None if autoencoder is None else replace(autoencoder, latent=latent),
        text=text,
    )


def _predicted(opening: Opening, usual: Prediction, *, by_norm_bias: bool = False) -> Prediction:
    prefix = opening.layout.denoiser_prefix or ""
    decided = decide_prediction(opening.file, usual=usual, prefix=prefix, by_norm_bias=by_norm_bias)
    opening.decided.append(f"prediction {decided.prediction}: {decided.why}")
    if by_norm_bias and not decided.said:
        words = {"eps": "noise", "v": "velocity"}[decided.prediction]
        opening.notes.append(
            f"This file does not say whether it predicts noise or velocity; {words} is taken, since {decided.why}. "
            "If pictures come out wrong, set the other with 'ModelSamplingDiscrete'."
        )
    return decided.prediction


def _opener(
    family: str, joined: Joined | None = None, *, by_norm_bias: bool = False
) -> Callable[[Opening], OpenedModel]:
    def open_it(opening: Opening) -> OpenedModel:
        usual = _predicted(opening, "eps", by_norm_bias=by_norm_bias)
        return _open(opening, family, SD1_LATENT, usual, joined=joined)

    return open_it


def open_unclip(opening: Opening) -> OpenedModel:
    """Open Stable unCLIP 2.1, whose UNet reads a noised image embedding (Ramesh et al. 2022)."""
    opened = _open(opening, "sd_unclip", SD1_LATENT, _predicted(opening, "v"))
    assert opened.record is not None
    # The vector is the embedding, and as wide again the embedding of its noise level.
    record = replace(opened.record, embedding_width=(opening.layout.vector_width or 0) // 2)
    vision = vision_part(opening)
    # The noise it puts on embeddings is a schedule and no weights; OpenCLIP's text half is not used.
    opening.leave_matching(_UNCLIP_ORPHANS)
    if "image_normalizer.mean" in opening.file.shapes:
        opening.notes.append(
            "The mean and deviation of its image embeddings lie in image_normalizer: read them with 'Load embedding "
            "statistics' and wire them to 'Embedding as prompt'."
        )
    return replace(opened, record=record, vision=vision)


def open_x4_upscaler(opening: Opening) -> OpenedModel:
    """Open the x4 upscaler; it reads the small picture on three further channels, and how noisy that is."""
    # The small picture is noised by this schedule too (`low_res_scheduler`); the level is the class the UNet reads.
    noise = NoiseFacts("scaled_linear", start=1e-4, end=0.02)
    opened = _open(opening, "x4_upscaler", X4_LATENT, _predicted(opening, "v"), joined="low_res", noise=noise)
    assert opened.record is not None
    record = replace(opened.record, resolution=opening.file.facts.resolution or (512, 512), guidance=9.0)
    return replace(opened, record=record)


def _sd1(inputs: int) -> Callable[[Layout], str | None]:
    def matches(layout: Layout) -> str | None:
        if layout.inputs != inputs or layout.linear:
            return None
        for prefix in (TEXT, FOLDER_TEXT):
            if layout.clip_text(prefix):
                return f"there is a CLIP text encoder under {prefix}"
        if layout.context_width and layout.architecture == _SD1_NAMED:
            return "its metadata calls it Stable Diffusion 1"
        if layout.context_width == _SD1_WIDTH:
            return "text features of CLIP-L enter a UNet of version 1"
        # Narrow features are not Stable Diffusion's own mark (class-conditional Latent Diffusion reads 512 too), but
        # only its inpainting variant reads a mask and a masked latent beside the latent.
        if inputs == _INPAINTING_INPUTS and layout.context_width:
            return "a small UNet of version 1 reads a mask and a masked latent"
        return None

    return matches


def _sd2(inputs: int) -> Callable[[Layout], str | None]:
    def matches(layout: Layout) -> str | None:
        if layout.inputs != inputs or not layout.linear or layout.vector_width is not None:
            return None
        if layout.open_clip_text(OPEN_CLIP_SD2):
            return f"there is an OpenCLIP text encoder under {OPEN_CLIP_SD2}"
        if layout.clip_text(FOLDER_TEXT):
            return f"there is a text encoder under {FOLDER_TEXT}"
        return "text features of OpenCLIP-H enter a UNet of version 2" if layout.context_width == _SD2_WIDTH else None

    return matches


def _unclip(layout: Layout) -> str | None:
    if not layout.linear or layout.inputs != 4 or layout.vector_width is None:
        return None
    if layout.has("embedder.model.", "noise_augmentor.") or layout.context_width == _SD2_WIDTH:
        return "a noised image embedding enters a UNet of version 2 as a vector"
    return None


def _x4(layout: Layout) -> str | None:
    if layout.inputs == 7 and layout.linear and "label_emb.weight" in layout.unet:
        return "the UNet reads a small picture on three channels, and its noise level as a class"
    return None


STABLE_DIFFUSION_KINDS = (
    Kind("sd2_unclip", "Stable unCLIP 2.1", _unclip, open_unclip),
    Kind("x4_upscaler", "Stable Diffusion x4 upscaler", _x4, open_x4_upscaler),
    Kind("sd1", "Stable Diffusion 1", _sd1(4), _opener("sd1")),
    Kind("sd1_inpaint", "Stable Diffusion 1 inpainting", _sd1(_INPAINTING_INPUTS), _opener("sd1", "inpaint")),
    Kind("sd1_instruct", "InstructPix2Pix", _sd1(8), _opener("sd1", "picture")),
    Kind("sd2", "Stable Diffusion 2", _sd2(4), _opener("sd2", by_norm_bias=True)),
    Kind("sd2_inpaint", "Stable Diffusion 2 inpainting", _sd2(9), _opener("sd2", "inpaint")),
    Kind("sd2_depth", "Stable Diffusion 2 depth", _sd2(5), _opener("sd2", "depth")),
)
