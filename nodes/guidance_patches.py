"""Patches of a model's guidance and of its network; each returns a model, and they can be put one after another."""

from dataclasses import replace
from typing import Annotated

from diffusion.guidance.apg import ProjectedGuidance
from diffusion.guidance.cfg_zero import OptimisedScale
from diffusion.guidance.interval import Interval
from diffusion.guidance.perturbed_attention import PerturbedAttention
from diffusion.guidance.piece import Piece
from diffusion.guidance.rescale import Rescale
from diffusion.guidance.skip_layers import SkipLayers
from diffusion.guidance.threshold import DynamicThreshold, LatentThreshold, StaticThreshold
from diffusion.networks.free_u import FreeU
from diffusion.networks.hook import NetworkHook
from graph_engine.spec.sdk import Choices, Ge, Le, Step, Tooltip, node
from nodes.sockets import DiffusionModel, Model

CATEGORY = "model patches/guidance"
Share = Annotated[float, Ge(0), Le(1), Step(0.01)]
Factor = Annotated[float, Ge(0), Le(10), Step(0.01)]
Coarse = Annotated[Factor, Tooltip("Strength of the backbone at the coarsest level; 1 changes nothing")]
Middle = Annotated[Factor, Tooltip("Strength of the backbone a level above; 1 changes nothing")]
CoarseSkip = Annotated[Factor, Tooltip("Strength of the skips at the coarsest level; 1 changes nothing")]
MiddleSkip = Annotated[Factor, Tooltip("Strength of the skips a level above; 1 changes nothing")]


def with_guidance(model: DiffusionModel, piece: Piece) -> DiffusionModel:
    """Return the model with one more piece of guidance."""
    return replace(model, options=replace(model.options, guidance=(*model.options.guidance, piece)))


def with_hook(model: DiffusionModel, hook: NetworkHook) -> DiffusionModel:
    """Return the model with one more change to its network."""
    return replace(model, options=replace(model.options, hooks=(*model.options.hooks, hook)))


@node(id="RescaleCFG", title="Rescale guidance", category=CATEGORY)
def rescale_cfg(
    *, model: Model, multiplier: Annotated[Share, Tooltip("0 leaves guidance alone; 0.7 as published")] = 0.7
) -> Model:
    """Brings the contrast of a guided prediction back to the unguided one's (Lin et al. 2023, section 3.4)."""
    return with_guidance(model, Rescale(multiplier))


@node(id="CFGInterval", title="Guidance interval", category=CATEGORY, aliases=("faster", "limited interval"))
def cfg_interval(
    *,
    model: Model,
    start_percent: Annotated[Share, Tooltip("Share of the run before which there is no guidance")] = 0.2,
    end_percent: Annotated[Share, Tooltip("Share of the run after which there is none")] = 0.8,
) -> Model:
    """Guides in the middle of a run only: more variety, and half the work outside it (Kynkäänniemi et al. 2024)."""
    return with_guidance(model, Interval(start_percent, end_percent))


@node(id="APG", title="Projected guidance", category=CATEGORY, aliases=("saturation",))
def apg(
    *,
    model: Model,
    eta: Annotated[float, Ge(-10), Le(10), Step(0.01), Tooltip("Weight of the part that saturates")] = 1.0,
    norm_threshold: Annotated[float, Ge(0), Le(50), Step(0.1), Tooltip("Longest guidance; 0 is no limit")] = 5.0,
    momentum: Annotated[float, Ge(-5), Le(1), Step(0.01), Tooltip("Weight of earlier steps")] = 0.0,
) -> Model:
    """Lets guidance be strong without glaring colours (adaptive projected guidance, Sadat et al. 2024)."""
    return with_guidance(model, ProjectedGuidance(eta, norm_threshold, momentum))


@node(id="PerturbedAttentionGuidance", title="Perturbed attention", category=CATEGORY, aliases=("pag",))
def perturbed_attention_guidance(
    *, model: Model, scale: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("0 is off; added to guidance")] = 3.0
) -> Model:
    """Steers away from what the network paints when its middle cannot look around (Ahn et al. 2024).

    A step takes half as long again; it works with guidance by prompts and without."""
    return with_guidance(model, PerturbedAttention(scale))


@node(id="SkipLayerGuidanceSD3", title="Skip layers (SD3)", category=CATEGORY, aliases=("slg", "skip layer"))
def skip_layer_guidance(
    *,
    model: Model,
    layers: Annotated[str, Tooltip("Numbers of the blocks to skip, with commas between them")] = "7, 8, 9",
    scale: Annotated[float, Ge(0), Le(10), Step(0.1), Tooltip("0 is off; added to guidance")] = 3.0,
    start_percent: Annotated[
        float, Ge(0), Le(1), Step(0.001), Tooltip("Share of the run before which it is off")
    ] = 0.01,
    end_percent: Annotated[float, Ge(0), Le(1), Step(0.001), Tooltip("Share of the run after which it is off")] = 0.15,
) -> Model:
    """Steers away from what the transformer paints without some of its blocks; better limbs on SD3.5 medium.

    After Stability AI's reference code (2024); akin to guidance by a weaker copy (Karras et al. 2024).
    """
    words = [word for word in layers.replace(",", " ").split() if word]
    if not all(word.isdecimal() for word in words):
        raise ValueError(f"The layers to skip are numbers with commas, such as 7, 8, 9; here is {layers!r}.")
    if not words or scale == 0:
        return model
    return with_guidance(model, SkipLayers(tuple(int(word) for word in words), scale, start_percent, end_percent))


@node(id="CFGZeroStar", title="Fitted negative (CFG-Zero*)", category=CATEGORY)
def cfg_zero_star(*, model: Model) -> Model:
    """Scales the negative prediction to fit the positive one best before guiding; for flows (Fan et al. 2025)."""
    return with_guidance(model, OptimisedScale())


@node(id="DynamicThreshold", title="Threshold (pixels)", category=CATEGORY, aliases=("imagen", "clip"))
def dynamic_threshold(
    *,
    model: Model,
    mode: Annotated[str, Choices(("dynamic", "static", "none"))] = "dynamic",
    percentile: Annotated[float, Ge(0.5), Le(1), Step(0.001), Tooltip("This share of values is kept in range")] = 0.995,
    largest: Annotated[float, Ge(1), Le(100), Step(0.1), Tooltip("Highest value that is cut at")] = 1.5,
) -> Model:
    """Keeps predicted pictures of pixel models in range at high guidance (Saharia et al. 2022, section 2.3).

    Every solver sees the predictions after it.
    """
    if mode == "none":
        return model
    if model.record.latent.factor != 1:
        raise ValueError(
            "'Threshold (pixels)' cuts to the range of pixels, and this model works on latents, which it would bleach. "
            "Use 'Threshold (latents)' instead."
        )
    piece = StaticThreshold() if mode == "static" else DynamicThreshold(percentile, largest)
    return with_guidance(model, piece)


@node(id="LatentThreshold", title="Threshold (latents)", category=CATEGORY, aliases=("mimic", "cfg fix"))
def latent_threshold(
    *,
    model: Model,
    mimic_scale: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("A scale that does well")] = 7.0,
    percentile: Annotated[float, Ge(0.5), Le(1), Step(0.001), Tooltip("This share of values is kept in range")] = 0.995,
) -> Model:
    """Brings latents guided at a high scale to the range of a milder one: dynamic thresholding (Saharia et al. 2022)
    where there are no pixels to keep in range.

    A scale of guidance up to 'mimic_scale' is left as it is.
    """
    return with_guidance(model, LatentThreshold(mimic_scale, percentile))


@node(id="OffsetNoise", title="Offset noise", category="model patches/sampling")
def offset_noise(
    *, model: Model, strength: Annotated[float, Ge(-1), Le(1), Step(0.01), Tooltip("0.1 as published; 0 is off")] = 0.1
) -> Model:
    """Shifts whole channels of the start's noise, for darker and brighter pictures (Guttenberg 2023)."""
    return replace(model, options=replace(model.options, noise_offset=strength))


@node(id="FreeU", title="FreeU", category="model patches/network")
def free_u(*, model: Model, b1: Coarse = 1.1, b2: Middle = 1.2, s1: CoarseSkip = 0.9, s2: MiddleSkip = 0.2) -> Model:
    """Makes a UNet's coarse features stronger and its shortcuts weaker: often cleaner shapes (Si et al. 2023)."""
    return with_hook(model, FreeU((b1, b2), (s1, s2), by_mean=False))


@node(id="FreeU_V2", title="FreeU 2", category="model patches/network")
def free_u_v2(*, model: Model, b1: Coarse = 1.3, b2: Middle = 1.4, s1: CoarseSkip = 0.9, s2: MiddleSkip = 0.2) -> Model:
    """FreeU's second version, which strengthens coarse features where they are strong already (Si et al. 2023)."""
    return with_hook(model, FreeU((b1, b2), (s1, s2)))
