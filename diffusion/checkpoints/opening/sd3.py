"""Stable Diffusion 3 and 3.5: the transformer, its autoencoder, and up to three text encoders in the same file."""

from dataclasses import replace

from diffusion.checkpoints.decide import with_distillation
from diffusion.checkpoints.keys.clip import TRANSFORMERS_SD3_G, TRANSFORMERS_SD3_L
from diffusion.checkpoints.keys.diffusers_sd3 import map_diffusers_sd3_keys
from diffusion.checkpoints.keys.sd3 import T5, mmdit_config_from_shapes
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.latent_formats import SD3_LATENT
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import ORPHANS, autoencoder_part, clip_part, t5_part, with_preview
from diffusion.checkpoints.record import ModelRecord, NoiseFacts
from diffusion.networks.mmdit import MMDiT

_SHIFT = 3.0


def open_sd3(opening: Opening) -> OpenedModel:
    """Open Stable Diffusion 3 or 3.5 (Esser et al. 2024), in the authors' layout or diffusers'.

    Raises:
        CheckpointError: a part is incomplete.
    """
    names = opening.layout.denoiser_names
    diffusers = "pos_embed.proj.weight" in names
    keys = map_diffusers_sd3_keys(names, opening.layout.denoiser) if diffusers else names
    network = opening.part("mmdit", keys, lambda shapes: MMDiT(mmdit_config_from_shapes(shapes)), title="transformer")
    autoencoder = autoencoder_part(opening, SD3_LATENT)
    text = (
        clip_part(opening, TRANSFORMERS_SD3_L, kind="clip_l", name="clip_l", projected=True)
        or clip_part(opening, "text_encoder.", kind="clip_l", name="clip_l", projected=True),
        clip_part(opening, TRANSFORMERS_SD3_G, kind="clip_g", name="clip_g", projected=True)
        or clip_part(opening, "text_encoder_2.", kind="clip_g", name="clip_g", projected=True),
        t5_part(opening, T5) or t5_part(opening, "text_encoder_3."),
    )
    opening.leave_matching(ORPHANS)
    config = network.network.config
    opening.decided.append("prediction flow: that is the family's only one")
    latent = replace(SD3_LATENT, channels=config.channels) if autoencoder is None else autoencoder.latent
    latent = with_preview(opening, latent)
    record = ModelRecord(
        family="sd3",
        title=opening.detection.title,
        prediction="flow",
        noise=NoiseFacts("flow", shift=float(opening.file.configs.get("scheduler", {}).get("shift") or _SHIFT)),
        latent=latent,
        resolution=opening.file.facts.resolution or (1024, 1024),
        context_width=config.context_width,
        guidance=4.5,
    )
    return OpenedModel(
        opening.file.path,
        opening.detection,
        denoiser=network,
        record=with_distillation(record, opening.file, opening.decided),
        autoencoder=None if autoencoder is None else replace(autoencoder, latent=latent),
        text=tuple(part for part in text if part is not None),
    )


def _blocks(layout: Layout) -> int:
    names = layout.denoiser
    numbers = {name.split(".")[1] for name in names if name.startswith(("joint_blocks.", "transformer_blocks."))}
    joint = "joint_blocks.0.context_block.attn.qkv.weight" in names
    diffusers = "transformer_blocks.0.attn.add_q_proj.weight" in names and "pos_embed.proj.weight" in names
    return len(numbers) if joint or diffusers else 0


def _dual(layout: Layout) -> bool:
    names = ("joint_blocks.0.x_block.attn2.qkv.weight", "transformer_blocks.0.attn2.to_q.weight")
    return any(name in layout.denoiser for name in names)


def _medium_35(layout: Layout) -> str | None:
    if _blocks(layout) and _dual(layout):
        return f"{_blocks(layout)} joint blocks, the first of which attend to the picture twice"
    return None


def _large_35(layout: Layout) -> str | None:
    names = ("joint_blocks.0.x_block.attn.ln_q.weight", "transformer_blocks.0.attn.norm_q.weight")
    if _blocks(layout) and any(name in layout.denoiser for name in names):
        return f"{_blocks(layout)} joint blocks that normalise queries and keys"
    return None


def _medium(layout: Layout) -> str | None:
    return f"{_blocks(layout)} joint blocks" if _blocks(layout) else None


SD3_KINDS = (
    Kind("sd35_medium", "Stable Diffusion 3.5 medium", _medium_35, open_sd3),
    Kind("sd35_large", "Stable Diffusion 3.5 large", _large_35, open_sd3),
    Kind("sd3", "Stable Diffusion 3 medium", _medium, open_sd3),
)
