"""The parts that many families share: UNet, autoencoder, CLIP and T5 text encoders, wherever a file has them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.keys.clip import map_clip_keys, map_open_clip_keys, open_clip_text_config_from_shapes
from diffusion.checkpoints.keys.diffusers_vae import map_diffusers_vae_keys
from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.keys.t5 import map_t5_keys, t5_config_from_shapes
from diffusion.checkpoints.opened import OpenedAutoencoder, OpenedText, TextKind
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.recipe import Keys, Take
from diffusion.checkpoints.record import LatentFormat
from diffusion.checkpoints.shapes import (
    autoencoder_config_from_shapes,
    clip_text_config_from_shapes,
    unet_config_from_shapes,
)
from diffusion.checkpoints.weights import Weighted
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.clip import ClipText
from diffusion.networks.clip_projection import ClipTextWithProjection
from diffusion.networks.open_clip import OpenClipText
from diffusion.networks.t5 import T5Encoder
from diffusion.networks.unet import UNet, UNetConfig

# What published files carry besides weights: schedule tables, averages, the training loss, the positions 0…76.
ORPHANS = re.compile(
    r"betas|alphas_cumprod|alphas_cumprod_prev|sqrt_\w+|log_one_minus_\w+|posterior_\w+|logvar|lvlb_weights"
    r"|scale_factor|model_ema\..*|first_stage_model\.loss\..*|loss\..*|(.*\.)?position_ids|(.*\.)?logit_scale"
    r"|cond_stage_model\.transformer\.text_projection\.weight|v_pred|ztsnr|edm_mean|edm_std|edm_vpred\..*"
    r"|denoiser\..*|depth_model\..*|cond_stage_model\.model\.visual\..*|(.*\.)?attn_mask|cond_stage_model\.logit_scale"
)


def unet_part(
    opening: Opening, configure: Callable[[Shapes], UNetConfig] | None = None, *, name: str = "unet"
) -> Weighted[UNet]:
    """Build the UNet of latent diffusion, in the authors' layout or diffusers'.

    Args:
        opening: of the file.
        configure: shapes → configuration, where the family has its own rule.
        name: of the part.
    """
    heads, head_width = unet_heads(opening)

    def build(shapes: Shapes) -> UNet:
        if configure is not None:
            return UNet(configure(shapes))
        return UNet(unet_config_from_shapes(shapes, heads=heads, head_width=head_width))

    return opening.part(name, opening.layout.unet_names, build, title="UNet")


def config_of(opening: Opening, prefix: str | None) -> Mapping[str, Any]:
    """Return the settings of the part under a prefix, where it comes from a diffusers folder; else nothing."""
    return opening.file.configs.get((prefix or "").removesuffix("."), {})


def unet_heads(opening: Opening) -> tuple[int | None, int | None]:
    """Return the number of heads and the width of a head that are said of the UNet; of at most one something is said.

    In diffusers' settings `attention_head_dim` is the number of heads, whatever its name says.
    """
    facts = opening.file.facts
    config = config_of(opening, opening.layout.denoiser_prefix)
    said: Any = config.get("num_attention_heads") or config.get("attention_head_dim")
    if isinstance(said, int):
        return said, None
    if isinstance(said, list):
        widths: list[int] = config.get("block_out_channels", [])
        each = {width // heads for width, heads in zip(widths, cast("list[int]", said), strict=False)}
        return None, each.pop() if len(each) == 1 else None
    return facts.unet_heads, facts.unet_head_width


def autoencoder_keys(opening: Opening) -> Keys:
    """Return name in `AutoencoderKL` → name in the file, whichever layout it has."""
    names = opening.layout.autoencoder_names
    if not any(name.startswith("decoder.up_blocks.") for name in names):
        return {ours: theirs for ours, theirs in names.items() if ours.startswith(_AUTOENCODER_PARTS)}
    table: dict[str, str | Take] = {}
    for ours, theirs in map_diffusers_vae_keys(names).items():
        # Attention is linear layers there and 1×1 convolutions here.
        linear = ".attn_1." in ours and len(opening.file.shapes[names[theirs]]) == 2
        table[ours] = Take((names[theirs],), form="convolution") if linear else names[theirs]
    return table


_AUTOENCODER_PARTS = ("encoder.", "decoder.", "quant_conv.", "post_quant_conv.", "quantize.")


def autoencoder_part(opening: Opening, latent: LatentFormat) -> OpenedAutoencoder | None:
    """Build the KL autoencoder, where the file has one; its own channels and factor replace the format's.

    Raises:
        CheckpointError: it is incomplete, or the preview in the file's metadata does not fit it.
    """
    if opening.layout.autoencoder_prefix is None:
        return None
    weighted = opening.part(
        "autoencoder", autoencoder_keys(opening), lambda shapes: AutoencoderKL(autoencoder_config_from_shapes(shapes))
    )
    config = weighted.network.config
    channels = config.embedding_channels or config.latent_channels
    settings = config_of(opening, opening.layout.autoencoder_prefix)
    scale = settings.get("scaling_factor")
    if isinstance(scale, int | float) and latent.mean is None:
        latent = replace(latent, scale=float(scale), shift=float(settings.get("shift_factor") or 0.0))
    return OpenedAutoencoder(weighted, replace(latent, channels=channels, factor=config.factor))


def with_preview(opening: Opening, latent: LatentFormat) -> LatentFormat:
    """Return the latent with the preview that the file's metadata gives, if any.

    Raises:
        CheckpointError: it has another number of channels.
    """
    preview = opening.file.facts.preview
    if preview is None:
        return latent
    if len(preview) != latent.channels + 1:
        raise CheckpointError(
            f"'preview_rgb' in this file's metadata has {len(preview)} rows, and its latent {latent.channels} channels",
            where=opening.file.path,
            remedy="It must have a row for each channel and one of bias; save the file again without it.",
        )
    return replace(latent, preview=preview)


_WHOLE_H = 24


def clip_kind(width: int) -> TextKind:
    """Return which of the published text encoders is that wide."""
    return _CLIP_KINDS.get(width, "clip_l")


_CLIP_KINDS: Mapping[int, TextKind] = {1024: "clip_h", 1280: "clip_g"}


def clip_part(
    opening: Opening, prefix: str, *, kind: TextKind | None = None, name: str = "text", projected: bool = False
) -> OpenedText | None:
    """Build a CLIP text encoder in the layout of transformers, where there is one under the prefix.

    Args:
        opening: of the file.
        prefix: what stands before its names.
        kind: which encoder it is; by default its width tells.
        name: of the part.
        projected: whether a projection is kept, if the file has one.

    OpenAI's encoder has its quick form of the GELU; those of OpenCLIP, which are wider, the exact one.
    """
    if not opening.layout.clip_text(prefix):
        return None
    heads, activation = _said_of_text(opening, prefix)
    keys = {ours: theirs for ours, theirs in map_clip_keys(opening.file.shapes, prefix).items() if not _idle(ours)}
    if not projected:
        keys.pop("text_projection.weight", None)

    def build(shapes: Shapes) -> ClipText:
        bare = {ours.removeprefix("transformer."): shape for ours, shape in shapes.items()}
        width = bare["embeddings.token_embedding.weight"][1]
        usual = "quick_gelu" if (kind or clip_kind(width)) == "clip_l" else "gelu"
        config = clip_text_config_from_shapes(bare, heads=heads, activation=activation or usual)
        projection = shapes.get("text_projection.weight")
        return ClipText(config) if projection is None else ClipTextWithProjection(config, projection[0])

    weighted = opening.part(name, keys, build, title="text encoder")
    found = kind or clip_kind(weighted.network.config.width)
    # Stable Diffusion 2 reads the last layer but one, and its diffusers folders hold no more than that.
    cut = 1 if found == "clip_h" and weighted.network.config.layers == _WHOLE_H - 1 else 0
    return OpenedText(found, weighted, opening.file.facts.tokenizer, tokenizer_folder(opening, prefix), cut)


def _said_of_text(opening: Opening, prefix: str) -> tuple[int | None, str | None]:
    """Return heads and activation that settings or metadata give."""
    config, facts = config_of(opening, prefix), opening.file.facts
    return config.get("num_attention_heads") or facts.text_heads, config.get("hidden_act") or facts.text_activation


def tokenizer_folder(opening: Opening, prefix: str) -> Path | None:
    """Return the folder of the tokenizer that belongs to a text encoder of a diffusers folder: "text_encoder_2." …"""
    name = prefix.removesuffix(".")
    if name not in opening.file.configs or not name.startswith("text_encoder"):
        return None
    return opening.file.path / name.replace("text_encoder", "tokenizer")


def _idle(name: str) -> bool:
    return name.endswith(("position_ids", "logit_scale"))


def open_clip_part(
    opening: Opening, prefix: str, *, kind: TextKind | None = None, name: str = "text"
) -> OpenedText | None:
    """Build a text encoder in OpenCLIP's layout, where there is one under the prefix; pictures' part is left out."""
    if not opening.layout.open_clip_text(prefix):
        return None
    facts = opening.file.facts
    keys = {
        ours: theirs
        for ours, theirs in map_open_clip_keys(opening.file.shapes, prefix).items()
        if not ours.startswith("visual.") and ours not in _OPEN_CLIP_IDLE
    }

    def build(shapes: Shapes) -> OpenClipText:
        width = shapes["token_embedding.weight"][1]
        openai = clip_kind(width) == "clip_l" and facts.text_activation is None
        return OpenClipText(
            open_clip_text_config_from_shapes(
                shapes, heads=facts.text_heads, activation="quick_gelu" if openai else "gelu"
            )
        )

    weighted = opening.part(name, keys, build, title="text encoder")
    return OpenedText(kind or clip_kind(weighted.network.config.width), weighted, tokenizer=facts.tokenizer)


# OpenAI's archive also tells its sizes as scalars.
_OPEN_CLIP_IDLE = ("logit_scale", "attn_mask", "input_resolution", "context_length", "vocab_size")

_T5_KINDS: dict[int, TextKind] = {4096: "t5xxl", 2048: "t5xl", 768: "t5base"}


def t5_part(opening: Opening, prefix: str, *, name: str = "t5") -> OpenedText | None:
    """Build a T5 encoder, where there is one under the prefix."""
    keys = map_t5_keys(opening.file.shapes, prefix)
    if "shared.weight" not in keys:
        return None
    again = prefix + "encoder.embed_tokens.weight"
    if again in opening.file.shapes and again not in keys.values():
        opening.leave((again,))
    weighted = opening.part(name, keys, lambda shapes: T5Encoder(t5_config_from_shapes(shapes)), title="T5 encoder")
    kind = _T5_KINDS.get(weighted.network.config.width, "t5xxl")
    tokenizer = opening.file.metadata.get("tokenizer.t5")
    return OpenedText(kind, weighted, tokenizer, tokenizer_folder(opening, prefix))
