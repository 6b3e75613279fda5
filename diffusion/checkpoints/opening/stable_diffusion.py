"""Opens Stable Diffusion 1 in the single-file layout of CompVis."""

from dataclasses import replace

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.keys.sd1 import map_keys
from diffusion.checkpoints.latent_formats import SD1_LATENT
from diffusion.checkpoints.opened import OpenedAutoencoder, OpenedModel, OpenedText
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.record import LatentFormat, ModelRecord, NoiseFacts
from diffusion.checkpoints.shapes import (
    autoencoder_config_from_shapes,
    clip_text_config_from_shapes,
    unet_config_from_shapes,
)
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.clip import ClipText
from diffusion.networks.unet import UNet


def _latent(opening: Opening, channels: int, factor: int) -> LatentFormat:
    preview = opening.file.facts.preview
    if preview and len(preview) != channels + 1:
        raise CheckpointError(
            f"'preview_rgb' in this file's metadata has {len(preview)} rows, and its latent {channels} channels",
            where=opening.file.path,
            remedy="It must have a row for each channel and one of bias; save the file again without it.",
        )
    return replace(SD1_LATENT, channels=channels, factor=factor, preview=preview or SD1_LATENT.preview)


def open_sd1(opening: Opening) -> OpenedModel:
    """Open a Stable Diffusion 1 checkpoint.

    Raises:
        CheckpointError: a part is incomplete.
    """
    file, facts = opening.file, opening.file.facts
    keys = map_keys(file.shapes)
    opening.leave(keys.orphans)

    def build_text(shapes: Shapes) -> ClipText:
        bare = {name.removeprefix("transformer."): shape for name, shape in shapes.items()}
        return ClipText(clip_text_config_from_shapes(bare, heads=facts.text_heads, activation=facts.text_activation))

    unet = opening.part(
        "unet",
        keys.unet,
        lambda shapes: UNet(unet_config_from_shapes(shapes, heads=facts.unet_heads, head_width=facts.unet_head_width)),
        title="UNet",
    )
    autoencoder = opening.part(
        "autoencoder", keys.autoencoder, lambda shapes: AutoencoderKL(autoencoder_config_from_shapes(shapes))
    )
    text = opening.part("text", keys.text, build_text, title="text encoder")
    latent = _latent(opening, unet.network.config.out_channels, autoencoder.network.config.factor)
    return OpenedModel(
        file.path,
        opening.detection,
        denoiser=unet,
        record=ModelRecord(
            family="sd1",
            title=opening.detection.title,
            prediction=facts.prediction or "eps",
            noise=NoiseFacts("scaled_linear"),
            latent=latent,
            resolution=facts.resolution or (512, 512),
            context_width=unet.network.config.context_width or None,
        ),
        autoencoder=OpenedAutoencoder(autoencoder, latent),
        text=(OpenedText("clip_l", text, tokenizer=facts.tokenizer),),
    )
