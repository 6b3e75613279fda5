"""Autoencoders in files of their own."""

import re

from diffusion.checkpoints.keys.ldm import map_vq_keys, vq_config_from_shapes
from diffusion.checkpoints.keys.reading import Shapes, renamed
from diffusion.checkpoints.keys.taesd import channels_of, map_taesd_keys, taesd_config_from_shapes
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.latent_formats import SD1_LATENT, SD3_LATENT, SDXL_LATENT, X4_LATENT
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedAutoencoder, OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import ORPHANS, autoencoder_part
from diffusion.checkpoints.record import LatentFormat
from diffusion.networks.tiny_autoencoder import STAGES, TinyAutoencoder
from diffusion.networks.vq import AutoencoderVQ

_SDXL = re.compile(r"(sd_?|(?<![a-z]))xl(?![a-z])")


def _latent(opening: Opening, channels: int, factor: int) -> LatentFormat:
    """Choose the scale. Nothing in a file decides between SD 1 and SDXL but what people call it."""
    if channels == SD3_LATENT.channels and factor == SD3_LATENT.factor:
        return SD3_LATENT
    if channels == X4_LATENT.channels and factor == X4_LATENT.factor:
        return X4_LATENT
    if channels != SD1_LATENT.channels or factor != SD1_LATENT.factor:
        return LatentFormat(channels=channels, factor=factor)
    named = "/".join(opening.file.path.parts[-3:])
    said = f"{named} {opening.file.metadata.get('modelspec.architecture', '')}".lower()
    if _SDXL.search(said):
        opening.decided.append("the autoencoder of Stable Diffusion XL: its name or metadata says xl")
        return SDXL_LATENT
    opening.decided.append(
        "the autoencoder of Stable Diffusion 1 or 2 by custom: that of XL has the same shapes; only its scale differs, "
        "and the model it is used with brings that"
    )
    return SD1_LATENT


def open_kl(opening: Opening) -> OpenedModel:
    """Open a KL autoencoder (Kingma & Welling 2014; Rombach et al. 2022) in the authors' layout or diffusers'."""
    autoencoder = autoencoder_part(opening, LatentFormat(channels=4, factor=8))
    assert autoencoder is not None
    opening.leave_matching(ORPHANS)
    latent = _latent(opening, autoencoder.latent.channels, autoencoder.latent.factor)
    return OpenedModel(
        opening.file.path,
        opening.detection,
        autoencoder=OpenedAutoencoder(autoencoder.weighted, latent),
    )


def open_vq(opening: Opening) -> OpenedModel:
    """Open a VQ autoencoder (Esser et al. 2021). Diffusion works on the latent before the codebook."""
    names = opening.layout.autoencoder_names
    keys = {ours: names[theirs] for ours, theirs in map_vq_keys(names).items()}
    weighted = opening.part("autoencoder", keys, lambda shapes: AutoencoderVQ(vq_config_from_shapes(shapes)))
    opening.leave_matching(ORPHANS)
    config = weighted.network.config
    latent = LatentFormat(channels=config.code_width, factor=config.body.factor)
    return OpenedModel(opening.file.path, opening.detection, autoencoder=OpenedAutoencoder(weighted, latent, kind="vq"))


def open_taesd(opening: Opening) -> OpenedModel:
    """Open a small autoencoder (TAESD), or one half of it: the other may lie beside it, see `with_other_half`."""
    keys = map_taesd_keys(opening.file.shapes)
    opening.leave(name for name in opening.file.shapes if name in ("vae_scale", "vae_shift"))
    latent = _latent(opening, channels_of(renamed(opening.file.shapes, keys)), 2**STAGES)

    def build(shapes: Shapes) -> TinyAutoencoder:
        halves = {half: any(name.startswith(half) for name in shapes) for half in ("encoder", "decoder")}
        return TinyAutoencoder(taesd_config_from_shapes(shapes, latent), **halves)

    weighted = opening.part("autoencoder", keys, build, title="small autoencoder")
    return OpenedModel(
        opening.file.path, opening.detection, autoencoder=OpenedAutoencoder(weighted, latent, kind="taesd")
    )


def _taesd(layout: Layout) -> str | None:
    if layout.denoiser_prefix is not None or layout.autoencoder_prefix is not None:
        return None
    keys = map_taesd_keys(layout.shapes)
    halves = sorted({name.partition(".")[0] for name in keys})
    return f"a plain stack of convolutions: the {' and the '.join(halves)} of a small autoencoder" if halves else None


def _both_halves(layout: Layout) -> bool:
    return layout.denoiser_prefix is None and "encoder.conv_in.weight" in layout.autoencoder


def _vq(layout: Layout) -> str | None:
    codes = layout.autoencoder.get("quantize.embedding.weight")
    if not _both_halves(layout) or codes is None or "decoder.mid.block_1.norm1.weight" not in layout.autoencoder:
        return None
    return f"encoder, decoder and a codebook of {codes[0]} vectors"


def _kl(layout: Layout) -> str | None:
    if not _both_halves(layout) or "quantize.embedding.weight" in layout.autoencoder:
        return None
    norms = ("decoder.mid.block_1.norm1.weight", "decoder.mid_block.resnets.0.norm1.weight")
    if not any(name in layout.autoencoder for name in norms):
        return None
    return f"encoder and decoder, {layout.autoencoder['decoder.conv_in.weight'][1]} channels between them"


AUTOENCODER_KINDS = (
    Kind("vq", "VQ autoencoder", _vq, open_vq),
    Kind("taesd", "small autoencoder (TAESD)", _taesd, open_taesd),
    Kind("vae", "KL autoencoder", _kl, open_kl),
)
