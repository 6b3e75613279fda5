"""Stable Diffusion XL, its refiner, and what was distilled or pruned from it."""

from dataclasses import replace

import torch

from diffusion.checkpoints.decide import decide_prediction, with_distillation
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.keys.clip import OPEN_CLIP_REFINER, OPEN_CLIP_SDXL, TRANSFORMERS_SDXL
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.latent_formats import PLAYGROUND_LATENT, SDXL_LATENT
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.model_file import ModelFile
from diffusion.checkpoints.opened import OpenedModel, OpenedText
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import (
    ORPHANS,
    autoencoder_part,
    clip_part,
    open_clip_part,
    unet_part,
    with_preview,
)
from diffusion.checkpoints.record import Joined, LatentFormat, ModelRecord, NoiseFacts, Prediction

_FOLDER_TEXT, _FOLDER_TEXT_2 = "text_encoder.", "text_encoder_2."
_BASE_WIDTH, _REFINER_WIDTH = 2048, 1280
_REFINER_VECTOR = 2560
_JOINED: dict[int, Joined] = {9: "inpaint", 8: "picture"}


def _scalar(file: ModelFile, name: str, otherwise: float) -> float:
    try:
        return float(file.store.read(name).float().flatten()[0].item()) if name in file.shapes else otherwise
    except CheckpointError:
        return otherwise


def _row(file: ModelFile, name: str) -> tuple[float, ...] | None:
    try:
        return tuple(file.store.read(name).to(torch.float64).flatten().tolist()) if name in file.shapes else None
    except CheckpointError:
        return None


def _noise(opening: Opening) -> tuple[Prediction, NoiseFacts, LatentFormat]:
    """Decide by marker keys what a merge or a further training changed."""
    file = opening.file
    if "edm_mean" in file.shapes and "edm_std" in file.shapes:
        opening.decided.append("prediction edm: the markers edm_mean and edm_std are among the keys (Playground 2.5)")
        mean, std = _row(file, "edm_mean"), _row(file, "edm_std")
        latent = replace(PLAYGROUND_LATENT, mean=mean or PLAYGROUND_LATENT.mean, std=std or PLAYGROUND_LATENT.std)
        return "edm", NoiseFacts("edm", sigma_min=0.002, sigma_max=80.0), latent
    if "edm_vpred.sigma_max" in file.shapes:
        opening.decided.append("prediction v over continuous levels: the marker edm_vpred is among the keys")
        high, low = _scalar(file, "edm_vpred.sigma_max", 120.0), _scalar(file, "edm_vpred.sigma_min", 0.002)
        return "v", NoiseFacts("edm", sigma_min=low, sigma_max=high, sigma_data=1.0), SDXL_LATENT
    decided = decide_prediction(file, usual="eps")
    opening.decided.append(f"prediction {decided.prediction}: {decided.why}")
    return (
        decided.prediction,
        NoiseFacts("scaled_linear", zero_terminal_snr="ztsnr" in file.shapes),
        SDXL_LATENT,
    )


def _large_text(opening: Opening, prefix: str) -> OpenedText | None:
    return open_clip_part(opening, prefix, kind="clip_g", name="clip_g") or clip_part(
        opening, _FOLDER_TEXT_2, kind="clip_g", name="clip_g", projected=True
    )


def open_sdxl(opening: Opening) -> OpenedModel:
    """Open Stable Diffusion XL (Podell et al. 2023), its base or its refiner.

    Raises:
        CheckpointError: a part is incomplete.
    """
    refiner = opening.detection.family == "sdxl_refiner"
    prediction, noise, latent = _noise(opening)
    unet = unet_part(opening)
    autoencoder = autoencoder_part(opening, latent)
    if refiner:
        text = (_large_text(opening, OPEN_CLIP_REFINER),)
    else:
        text = (
            clip_part(opening, TRANSFORMERS_SDXL, kind="clip_l", name="clip_l")
            or clip_part(opening, _FOLDER_TEXT, kind="clip_l", name="clip_l"),
            _large_text(opening, OPEN_CLIP_SDXL),
        )
    opening.leave_matching(ORPHANS)
    config = unet.network.config
    latent = with_preview(opening, latent if autoencoder is None else autoencoder.latent)
    record = ModelRecord(
        family="sdxl_refiner" if refiner else "sdxl",
        title=opening.detection.title,
        prediction=prediction,
        noise=noise,
        latent=latent,
        resolution=opening.file.facts.resolution or (1024, 1024),
        context_width=config.context_width or None,
        joined=_JOINED.get(config.in_channels),
        guidance=3.0 if prediction == "edm" else 7.0,
    )
    return OpenedModel(
        opening.file.path,
        opening.detection,
        denoiser=unet,
        record=with_distillation(record, opening.file, opening.decided),
        autoencoder=None if autoencoder is None else replace(autoencoder, latent=latent),
        text=tuple(part for part in text if part is not None),
    )


def _refiner(layout: Layout) -> str | None:
    if not layout.linear or layout.vector_width is None or layout.inputs != 4:
        return None
    if layout.vector_width == _REFINER_VECTOR and layout.context_width == _REFINER_WIDTH:
        return "the UNet reads features of OpenCLIP-bigG alone, and a vector with an aesthetic score"
    second_only = layout.clip_text(_FOLDER_TEXT_2) and not layout.clip_text(_FOLDER_TEXT)
    return "the only text encoder is OpenCLIP's" if layout.open_clip_text(OPEN_CLIP_REFINER) or second_only else None


def _base(layout: Layout) -> str | None:
    if not layout.linear or layout.vector_width is None:
        return None
    if layout.context_width == _BASE_WIDTH:
        return "the UNet reads features of CLIP-L and OpenCLIP-bigG together"
    both = layout.clip_text(TRANSFORMERS_SDXL) and layout.open_clip_text(OPEN_CLIP_SDXL)
    both = both or (layout.clip_text(_FOLDER_TEXT) and layout.clip_text(_FOLDER_TEXT_2))
    return "there are CLIP-L and an OpenCLIP text encoder" if both else None


def _inpainting(layout: Layout) -> str | None:
    return _base(layout) if layout.inputs == 9 else None


def _editing(layout: Layout) -> str | None:
    return _base(layout) if layout.inputs == 8 else None


SDXL_KINDS = (
    Kind("sdxl_refiner", "Stable Diffusion XL refiner", _refiner, open_sdxl),
    Kind("sdxl_inpaint", "Stable Diffusion XL inpainting", _inpainting, open_sdxl),
    Kind("sdxl_instruct", "InstructPix2Pix of Stable Diffusion XL", _editing, open_sdxl),
    Kind("sdxl", "Stable Diffusion XL", _base, open_sdxl),
)
