"""Prompts of models with several text encoders, and prompts read in other ways."""

from dataclasses import replace
from typing import Annotated

from diffusion.checkpoints.opened import TextKind
from diffusion.text.emphasis import AUTOMATIC1111, COMFYUI
from diffusion.text.weighting import WEIGHTINGS
from graph_engine.spec.sdk import Choices, Ge, Le, Multiline, NodeContext, Step, Tooltip, node
from nodes.conditioning import PROMPT, Encoded, as_conditioning, encoded, words_read
from nodes.pictures import MAX_SIDE
from nodes.sockets import Clip, TextModel

Text = Annotated[str, Multiline(), PROMPT]
Pixels = Annotated[int, Ge(0), Le(MAX_SIDE)]
T5_KINDS: tuple[TextKind, ...] = ("t5xxl", "t5xl", "t5base")


def _needs(clip: TextModel, *families: str) -> None:
    if clip.family not in families:
        raise ValueError(
            f"This prompt is for models of the family {' or '.join(families)}, and the text encoders wired in are for "
            f"{clip.family}: use 'Prompt', which suits every model."
        )


@node(
    id="CLIPTextEncodeSDXL",
    title="Prompt with sizes (SDXL)",
    category="conditioning",
    aliases=("sdxl", "text"),
    durable=True,
    reads=words_read,
)
def clip_text_encode_sdxl(
    ctx: NodeContext,
    *,
    clip: Clip,
    width: Annotated[Pixels, Tooltip("Width the picture is said to have had before it was scaled down")] = 1024,
    height: Annotated[Pixels, Tooltip("Height the picture is said to have had")] = 1024,
    crop_w: Annotated[Pixels, Tooltip("How much is said to be cut off on the left; 0 shows the whole subject")] = 0,
    crop_h: Annotated[Pixels, Tooltip("How much is said to be cut off at the top")] = 0,
    target_width: Annotated[Pixels, Tooltip("Width the picture is to have")] = 1024,
    target_height: Annotated[Pixels, Tooltip("Height the picture is to have")] = 1024,
    text_g: Text = "",
    text_l: Text = "",
) -> Encoded:
    """Encodes prompts for SDXL's two encoders, with the sizes and the crop it is steered by (Podell et al. 2023, 2.2).

    `text_g` is read by the larger encoder (OpenCLIP bigG), `text_l` by the smaller one (CLIP-L).
    """
    _needs(clip, "sdxl")
    sizes = {
        **{"width": width, "height": height, "crop_w": crop_w, "crop_h": crop_h},
        **{"target_width": target_width, "target_height": target_height},
    }
    return as_conditioning(encoded(ctx, clip, {"clip_g": text_g, "clip_l": text_l}), **sizes)


@node(
    id="CLIPTextEncodeSDXLRefiner",
    title="Prompt with rating (refiner)",
    category="conditioning",
    aliases=("sdxl",),
    durable=True,
    reads=words_read,
)
def clip_text_encode_refiner(
    ctx: NodeContext,
    *,
    ascore: Annotated[float, Ge(0), Le(1000), Step(0.01), Tooltip("How good the picture is, up to 10")] = 6.0,
    width: Pixels = 1024,
    height: Pixels = 1024,
    text: Text = "",
    clip: Clip,
) -> Encoded:
    """Encodes a prompt for SDXL's refiner, with a size and an aesthetic rating (Podell et al. 2023, 2.5).

    6 is usual for what is wanted, 2.5 for what is not.
    """
    _needs(clip, "sdxl_refiner", "sdxl")
    options = {"aesthetic_score": ascore, "width": width, "height": height}
    return as_conditioning(encoded(ctx, clip, text), **options)


@node(
    id="CLIPTextEncodeSD3",
    title="Three prompts (SD3)",
    category="conditioning",
    aliases=("sd3", "t5", "text"),
    durable=True,
    reads=words_read,
)
def clip_text_encode_sd3(
    ctx: NodeContext,
    *,
    clip: Clip,
    clip_l: Text = "",
    clip_g: Text = "",
    t5xxl: Text = "",
    empty_padding: Annotated[
        str, Choices(("none", "empty_prompt")), Tooltip("What an empty prompt is: no features at all, or its features")
    ] = "none",
) -> Encoded:
    """Encodes a prompt for each encoder of Stable Diffusion 3 (Esser et al. 2024): CLIP-L, OpenCLIP bigG and T5-XXL."""
    _needs(clip, "sd3")
    given: dict[TextKind, str] = {"clip_l": clip_l, "clip_g": clip_g, "t5xxl": t5xxl}
    kept = empty_padding == "empty_prompt"
    texts: dict[TextKind, str | None] = {kind: text if text or kept else None for kind, text in given.items()}
    return as_conditioning(encoded(ctx, clip, texts))


@node(
    id="T5Encode",
    title="T5 features",
    category="conditioning",
    aliases=("t5", "imagen", "text"),
    durable=True,
    reads=words_read,
)
def t5_encode(ctx: NodeContext, *, clip: Clip, text: Text = "") -> Encoded:
    """Encodes a text with T5 alone (Raffel et al. 2020): a feature for each token, at least 77 of them.

    Imagen (Saharia et al. 2022) showed that a large language model's features, frozen, steer a picture well.
    """
    encoders = tuple(encoder for encoder in clip.encoders if encoder.kind in T5_KINDS)
    if not encoders:
        raise ValueError("There is no T5 among the text encoders wired in: load one with 'Load CLIP'.")
    return as_conditioning(encoded(ctx, replace(clip, encoders=encoders, family="t5"), text))


@node(
    id="PromptEncode",
    title="Prompt, read your way",
    category="conditioning",
    aliases=("a1111", "compel", "weight"),
    durable=True,
    reads=words_read,
)
def prompt_encode(
    ctx: NodeContext,
    *,
    clip: Clip,
    text: Text = "",
    weighting: Annotated[
        str,
        Choices(WEIGHTINGS),
        Tooltip("comfy: away from the empty prompt. a1111: scaled, mean kept. compel: lowered words are mixed out"),
    ] = "comfy",
    grammar: Annotated[
        str,
        Choices(("comfy", "a1111")),
        Tooltip("a1111: [word] lowers, and numbers multiply through brackets. comfy: neither"),
    ] = "comfy",
    comma_distance: Annotated[
        int, Ge(0), Le(74), Tooltip("How many tokens a window of a long prompt may end early, at a comma")
    ] = 0,
) -> Encoded:
    """Encodes a prompt with a choice of how brackets are read, how weights work and where long prompts are cut.

    Prompts written for Automatic1111's web UI (2022) give the same weights here with weighting and grammar `a1111`
    and a comma distance of 20.
    """
    dialect = AUTOMATIC1111 if grammar == "a1111" else COMFYUI
    mode = next((known for known in WEIGHTINGS if known == weighting), "comfy")
    options = replace(clip.options, weighting=mode, dialect=dialect, back_track=comma_distance)
    return as_conditioning(encoded(ctx, replace(clip, options=options), text))
