"""unCLIP's files: priors, Karlo, Kandinsky 2, and lucidrains' DALL·E 2."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from diffusion.checkpoints.keys.adm import adm_config_from_shapes
from diffusion.checkpoints.keys.autoregressive_prior import MARKER, autoregressive_prior_config_from_shapes
from diffusion.checkpoints.keys.kandinsky import kandinsky_config_from_shapes, map_kandinsky_keys
from diffusion.checkpoints.keys.karlo import (
    DECODER,
    FIRST,
    TEXT,
    map_diffusers_decoder_keys,
    map_diffusers_upsampler_keys,
)
from diffusion.checkpoints.keys.lucidrains import (
    lucidrains_decoder_prefixes,
    lucidrains_prior_config_from_shapes,
    lucidrains_unet_config_from_shapes,
    map_lucidrains_prior_keys,
)
from diffusion.checkpoints.keys.movq import map_movq_keys, movq_config_from_shapes
from diffusion.checkpoints.keys.pixel import (
    KARLO,
    KARLO_UPSAMPLER_FIRST,
    KARLO_UPSAMPLER_LAST,
    karlo_decoder_config_from_shapes,
)
from diffusion.checkpoints.keys.prior import (
    KARLO_PRIOR,
    diffusers_prior_config_from_shapes,
    karlo_prior_config_from_shapes,
)
from diffusion.checkpoints.keys.reading import Shapes, shapes_under, under
from diffusion.checkpoints.keys.xlm_roberta import MARKER as MULTILINGUAL
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedAutoencoder, OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import ORPHANS, clip_part
from diffusion.checkpoints.opening.text_encoders import open_multilingual
from diffusion.checkpoints.opening.vision import vision_part
from diffusion.checkpoints.recipe import Take
from diffusion.checkpoints.record import PIXELS, LatentFormat, ModelRecord, NoiseFacts
from diffusion.networks.autoregressive_prior import AutoregressivePrior
from diffusion.networks.kandinsky import KandinskyUNet
from diffusion.networks.karlo import KarloDecoder, KarloUpsampler
from diffusion.networks.lucidrains_prior import LucidrainsPrior
from diffusion.networks.lucidrains_unet import LucidrainsUNet
from diffusion.networks.movq import MoVQ
from diffusion.networks.prior import DiffusersPrior, KarloPrior

COSINE = NoiseFacts("cosine")
# Truly linear, unlike that of Stable Diffusion, which has the same ends.
KANDINSKY_NOISE = NoiseFacts("linear", 0.00085, 0.012)
MOVQ_LATENT = LatentFormat(channels=4, factor=8)

_CLIP = re.compile(r"clip\..*|noise_schedulers?\..*|_dummy|vaes?\..*|lowres_conditioner.*")
_SIDES = (64, 256, 1024)


def open_karlo_prior(opening: Opening) -> OpenedModel:
    """Open Karlo's prior in its own layout; the statistics of its embeddings lie in another file."""
    keys = under(opening.file.shapes, KARLO_PRIOR)
    prior = opening.part("prior", keys, lambda shapes: KarloPrior(karlo_prior_config_from_shapes(shapes)))
    return OpenedModel(opening.file.path, opening.detection, prior=prior)


def open_diffusers_prior(opening: Opening) -> OpenedModel:
    """Open a prior in diffusers' layout: Karlo's, or that of Kandinsky 2."""
    prefix = "prior." if "prior.prd_embedding" in opening.file.shapes else ""
    # A table of which tokens are padding is saved with some files; the mask is made of the text here.
    keys = {
        ours: theirs for ours, theirs in under(opening.file.shapes, prefix).items() if ours != "causal_attention_mask"
    }
    opening.leave({prefix + "causal_attention_mask"} & set(opening.file.shapes))
    prior = opening.part("prior", keys, lambda shapes: DiffusersPrior(diffusers_prior_config_from_shapes(shapes)))
    return _with_encoders(opening, OpenedModel(opening.file.path, opening.detection, prior=prior))


def _with_encoders(opening: Opening, opened: OpenedModel) -> OpenedModel:
    """Add the CLIP encoders that a folder of diffusers has beside the model."""
    text = clip_part(opening, "text_encoder.", projected=True)
    vision = vision_part(opening) if opening.layout.has("image_encoder.") else None
    opening.leave_matching(ORPHANS)
    return replace(opened, text=() if text is None else (text,), vision=vision)


def open_lucidrains_prior(opening: Opening) -> OpenedModel:
    """Open the prior of lucidrains' DALL·E 2; the CLIP that may lie in the same file is left out."""
    keys = map_lucidrains_prior_keys(opening.file.shapes)
    prior = opening.part("prior", keys, lambda shapes: LucidrainsPrior(lucidrains_prior_config_from_shapes(shapes)))
    opening.leave_matching(_CLIP)
    return OpenedModel(opening.file.path, opening.detection, prior=prior)


def open_autoregressive_prior(opening: Opening) -> OpenedModel:
    """Open an autoregressive prior, in our own layout."""
    keys = {name: name for name in opening.file.shapes}
    prior = opening.part(
        "prior", keys, lambda shapes: AutoregressivePrior(autoregressive_prior_config_from_shapes(shapes))
    )
    return OpenedModel(opening.file.path, opening.detection, prior=prior)


def _karlo_record(opening: Opening, width: int) -> ModelRecord:
    return ModelRecord(
        family="karlo",
        title=opening.detection.title,
        prediction="eps",
        noise=COSINE,
        latent=PIXELS,
        resolution=(64, 64),
        learned_range=True,
        context_width=width,
        embedding_width=width,
        guidance=8.0,
        steps=25,
    )


def _decoder(opening: Opening, keys: Mapping[str, str]) -> OpenedModel:
    def build(shapes: Shapes) -> KarloDecoder:
        return KarloDecoder(*karlo_decoder_config_from_shapes(shapes))

    decoder = opening.part("decoder", keys, build)
    record = _karlo_record(opening, decoder.network.clip_emb.in_features)
    return OpenedModel(opening.file.path, opening.detection, denoiser=decoder, record=record)


def _upsampler(opening: Opening, keys: Mapping[str, str]) -> OpenedModel:
    def build(shapes: Shapes) -> KarloUpsampler:
        first, last = (shapes_under(shapes, prefix) for prefix in (KARLO_UPSAMPLER_FIRST, KARLO_UPSAMPLER_LAST))
        return KarloUpsampler(adm_config_from_shapes(first), adm_config_from_shapes(last))

    record = ModelRecord(
        family="karlo_upsampler",
        title=opening.detection.title,
        prediction="eps",
        noise=COSINE,
        latent=PIXELS,
        resolution=(256, 256),
        joined="low_res",
        guidance=1.0,
        steps=7,
    )
    upsampler = opening.part("upsampler", keys, build)
    return OpenedModel(opening.file.path, opening.detection, denoiser=upsampler, record=record)


def open_karlo_decoder(opening: Opening) -> OpenedModel:
    """Open Karlo's decoder in its own layout."""
    return _decoder(opening, under(opening.file.shapes, KARLO))


def open_karlo_upsampler(opening: Opening) -> OpenedModel:
    """Open Karlo's upsampler in its own layout: a network for the first steps, another for the last."""
    return _upsampler(opening, {name: name for name in opening.file.shapes})


def open_karlo_folder(opening: Opening) -> OpenedModel:
    """Open what a folder of diffusers holds of Karlo: decoder, prior, upsampler (as the part "upsampler")."""
    names = opening.file.shapes
    opened = _decoder(opening, map_diffusers_decoder_keys(names))
    if "prior.prd_embedding" in names:
        with_prior = open_diffusers_prior(opening)
        opened = replace(opened, prior=with_prior.prior, text=with_prior.text, vision=with_prior.vision)
    opened = _with_encoders(opening, opened) if opened.prior is None else opened
    if any(name.startswith(FIRST) for name in names):
        upsampler = _upsampler(opening, map_diffusers_upsampler_keys(names))
        assert upsampler.denoiser is not None
        opened = replace(opened, parts={"upsampler": upsampler.denoiser}, facts={"upsampler_record": upsampler.record})
    return opened


def open_kandinsky(opening: Opening) -> OpenedModel:
    """Open Kandinsky 2.1's or 2.2's UNet, in diffusers' layout or in its authors' own."""
    names = opening.layout.denoiser_names
    keys = {ours: names[theirs] for ours, theirs in map_kandinsky_keys(names).items()}

    def build(shapes: Shapes) -> KandinskyUNet:
        return KandinskyUNet(*kandinsky_config_from_shapes(shapes))

    unet = opening.part("unet", keys, build, title="UNet")
    condition = unet.network.condition
    record = ModelRecord(
        family="kandinsky",
        title=opening.detection.title,
        prediction="eps",
        noise=KANDINSKY_NOISE,
        latent=MOVQ_LATENT,
        resolution=(512, 512) if condition.text_width else (768, 768),
        learned_range=unet.network.config.out_channels == 2 * MOVQ_LATENT.channels,
        context_width=condition.text_width,
        embedding_width=condition.image_width,
        joined="inpaint" if unet.network.config.in_channels > MOVQ_LATENT.channels else None,
        guidance=4.0,
        steps=100 if condition.text_width else 50,
    )
    opened = OpenedModel(opening.file.path, opening.detection, denoiser=unet, record=record)
    if opening.layout.has("movq."):
        opened = replace(opened, autoencoder=open_movq(opening).autoencoder)
    if "text_encoder." + MULTILINGUAL in opening.file.shapes:
        opened = replace(opened, text=open_multilingual(opening).text)
    return opened


def open_movq(opening: Opening) -> OpenedModel:
    """Open MoVQ (Zheng et al. 2022), the autoencoder of Kandinsky 2."""
    names = opening.layout.autoencoder_names
    keys: dict[str, str | Take] = {}
    for ours, theirs in map_movq_keys(names).items():
        linear = ".attn" in ours and len(opening.file.shapes[names[theirs]]) == 2
        keys[ours] = Take((names[theirs],), form="convolution") if linear else names[theirs]
    weighted = opening.part("autoencoder", keys, lambda shapes: MoVQ(movq_config_from_shapes(shapes)))
    opening.leave_matching(ORPHANS)
    latent = replace(MOVQ_LATENT, channels=weighted.network.config.code_width)
    return OpenedModel(
        opening.file.path, opening.detection, autoencoder=OpenedAutoencoder(weighted, latent, kind="movq")
    )


def open_lucidrains_decoder(opening: Opening) -> OpenedModel:
    """Open the decoder of lucidrains' DALL·E 2: its first UNet, and the further ones as parts "stage_1", "stage_2"."""
    stages = [_lucidrains_stage(opening, number) for number in range(len(_lucidrains_prefixes(opening)))]
    opening.leave_matching(_CLIP)
    first, *further = stages
    return replace(
        first,
        parts={f"stage_{n}": stage.denoiser for n, stage in enumerate(further, 1) if stage.denoiser is not None},
        facts={f"stage_{n}_record": stage.record for n, stage in enumerate(further, 1)},
    )


def _lucidrains_prefixes(opening: Opening) -> tuple[str, ...]:
    return lucidrains_decoder_prefixes(opening.file.shapes)


def _lucidrains_stage(opening: Opening, number: int) -> OpenedModel:
    keys = under(opening.file.shapes, _lucidrains_prefixes(opening)[number])
    unet = opening.part(
        f"unet_{number}", keys, lambda shapes: LucidrainsUNet(lucidrains_unet_config_from_shapes(shapes)), title="UNet"
    )
    config = unet.network.config
    learned = config.out_channels == 2 * PIXELS.channels
    upsampler = config.in_channels == 2 * PIXELS.channels
    side = _SIDES[min(max(number, int(upsampler)), len(_SIDES) - 1)]
    record = ModelRecord(
        family="lucidrains",
        title=opening.detection.title,
        prediction="eps",
        # The published default: cosine for the first UNet, linear for those that enlarge.
        noise=NoiseFacts("linear", 1e-4, 0.02) if upsampler else COSINE,
        latent=PIXELS,
        resolution=(side, side),
        learned_range=learned,
        context_width=config.text_width or None,
        embedding_width=config.image_width or None,
        joined="low_res" if upsampler else None,
        guidance=1.0,
        steps=1000,
    )
    return OpenedModel(opening.file.path, opening.detection, denoiser=unet, record=record)


def _named(*names: str, why: str) -> Callable[[Layout], str | None]:
    return lambda layout: why if all(name in layout.shapes for name in names) else None


def _kandinsky(layout: Layout) -> str | None:
    names = layout.denoiser
    if "encoder_hid_proj.image_embeds.weight" in names or "clip_to_seq.weight" in names:
        return "the UNet makes tokens of an image embedding"
    return None


def _movq(layout: Layout) -> str | None:
    if any(name.startswith("decoder.") and name.endswith("norm1.conv_y.weight") for name in layout.autoencoder):
        return "an autoencoder whose norms are steered by the latent"
    return None


def _lucidrains_prior(layout: Layout) -> str | None:
    for prefix in ("", "net."):
        if prefix + "learned_query" in layout.shapes and layout.has(prefix + "causal_transformer.layers."):
            return "a causal transformer with a learned query and learned features of no text"
    return None


def _lucidrains_decoder(layout: Layout) -> str | None:
    for prefix in ("", "unets.0."):
        if prefix + "null_image_hiddens" in layout.shapes and prefix + "to_time_hiddens.1.weight" in layout.shapes:
            return "UNets with a learned embedding of no picture"
    return None


def _diffusers_prior(layout: Layout) -> str | None:
    bare = _named("prd_embedding", "clip_mean", "clip_std", why="a query token, and mean and deviation of embeddings")
    return None if layout.has(DECODER + "down_blocks.") else bare(layout) or _prior_of_folder(layout)


def _prior_of_folder(layout: Layout) -> str | None:
    return "a folder with a prior" if "prior.prd_embedding" in layout.shapes else None


UNCLIP_KINDS = (
    Kind(
        "karlo",
        "Karlo, a folder of diffusers",
        _named(TEXT + "clip_extra_context_tokens_proj.weight", DECODER + "conv_in.weight", why="decoder and text_proj"),
        open_karlo_folder,
    ),
    Kind(
        "karlo_prior",
        "Karlo's prior",
        _named("model.prd_emb", "model.clip_img_proj.weight", why="a query token between text and embedding"),
        open_karlo_prior,
    ),
    Kind(
        "karlo_decoder",
        "Karlo's decoder",
        _named("model.cf_param", "model.clip_tok_proj.weight", why="a UNet that makes tokens of an image embedding"),
        open_karlo_decoder,
    ),
    Kind(
        "karlo_upsampler",
        "Karlo's upsampler",
        _named(
            "model_first_steps.input_blocks.0.0.weight",
            "model_last_step.input_blocks.0.0.weight",
            why="one network for the first steps and one for the last",
        ),
        open_karlo_upsampler,
    ),
    Kind("kandinsky", "Kandinsky 2", _kandinsky, open_kandinsky),
    Kind("prior", "unCLIP prior", _diffusers_prior, open_diffusers_prior),
    Kind("movq", "MoVQ autoencoder", _movq, open_movq),
    Kind("lucidrains_prior", "prior of lucidrains' DALL·E 2", _lucidrains_prior, open_lucidrains_prior),
    Kind("lucidrains_decoder", "decoder of lucidrains' DALL·E 2", _lucidrains_decoder, open_lucidrains_decoder),
    Kind(
        "autoregressive_prior",
        "autoregressive unCLIP prior",
        _named(MARKER, "bucket.weight", why="axes of image embeddings, cut into buckets"),
        open_autoregressive_prior,
    ),
)
