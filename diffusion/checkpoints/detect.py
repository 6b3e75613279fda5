"""Tells the family of a model from key names and shapes alone. Needs no torch and touches no tensor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from diffusion.checkpoints.header import Header

Shapes = Mapping[str, tuple[int, ...]]

_UNET = "model.diffusion_model."
_CONV_IN = _UNET + "input_blocks.0.0.weight"


@dataclass(frozen=True)
class Detection:
    """The family a file belongs to, and the observations that say so.

    Attributes:
        family: short name such as "sd1"; None when nothing is recognised.
        title: the name people use.
        supported: whether this version can run it.
        why: what was found, one short sentence each.
    """

    family: str | None
    title: str
    supported: bool
    why: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    family: str
    title: str
    matches: Callable[[Shapes], bool]
    supported: bool = False


def header_shapes(header: Header) -> dict[str, tuple[int, ...]]:
    """Return key → shape of a safetensors header."""
    return {name: entry.shape for name, entry in header.tensors.items()}


def context_width(shapes: Shapes) -> int | None:
    """Return the width of the text features that a UNet attends to, or None if it attends to none."""
    for name, shape in shapes.items():
        if name.startswith(_UNET) and name.endswith("attn2.to_k.weight") and len(shape) == 2:
            return shape[1]
    return None


def _linear(shapes: Shapes) -> bool:
    return any(
        name.startswith(_UNET) and name.endswith(".1.proj_in.weight") and len(s) == 2 for name, s in shapes.items()
    )


def _inputs(shapes: Shapes) -> int:
    shape = shapes.get(_CONV_IN, ())
    return shape[1] if len(shape) == 4 else 0


def _has(prefix: str) -> Callable[[Shapes], bool]:
    return lambda shapes: any(name.startswith(prefix) for name in shapes)


def _clip_text(shapes: Shapes) -> bool:
    return any(
        name.startswith("cond_stage_model.transformer.") and name.endswith("embeddings.token_embedding.weight")
        for name in shapes
    )


def _sd1(inputs: int) -> Callable[[Shapes], bool]:
    return lambda shapes: _inputs(shapes) == inputs and not _linear(shapes) and _clip_text(shapes)


def _sd2(inputs: int) -> Callable[[Shapes], bool]:
    return lambda shapes: _inputs(shapes) == inputs and _linear(shapes) and context_width(shapes) == 1024


# Ordered: the first match wins, so the particular stands before the general.
_RULES = (
    _Rule("sdxl", "Stable Diffusion XL", lambda s: _has("conditioner.embedders.")(s) and context_width(s) == 2048),
    _Rule("sdxl_refiner", "Stable Diffusion XL refiner", lambda s: _has("conditioner.embedders.")(s)),
    _Rule("sd3", "Stable Diffusion 3", _has(_UNET + "joint_blocks.")),
    _Rule("sd1", "Stable Diffusion 1", _sd1(4), supported=True),
    _Rule("sd1_inpaint", "Stable Diffusion 1 inpainting", _sd1(9)),
    _Rule("sd1_instruct", "InstructPix2Pix", _sd1(8)),
    _Rule("sd_x4", "Stable Diffusion x4 upscaler", lambda s: _inputs(s) == 7 and _linear(s)),
    _Rule("sd2_unclip", "Stable unCLIP 2.1", lambda s: _sd2(4)(s) and _UNET + "label_emb.0.0.weight" in s),
    _Rule("sd2", "Stable Diffusion 2", _sd2(4)),
    _Rule("sd2_inpaint", "Stable Diffusion 2 inpainting", _sd2(9)),
    _Rule("sd2_depth", "Stable Diffusion 2 depth", _sd2(5)),
    _Rule("ldm", "latent diffusion (2022)", lambda s: _CONV_IN in s),
    _Rule("lora", "LoRA", lambda s: any(".lora_down." in name or ".lora_A." in name for name in s)),
    _Rule("controlnet", "ControlNet", _has("control_model.")),
    _Rule("glide", "GLIDE", lambda s: "padding_embedding" in s and "token_embedding.weight" in s),
    _Rule("karlo", "Karlo", _has("model.cf_param")),
    _Rule("vae", "autoencoder", lambda s: "decoder.conv_in.weight" in s and "encoder.conv_in.weight" in s),
    _Rule("clip_text", "CLIP text encoder", _has("text_model.encoder.layers.")),
    _Rule("diffusers_unet", "diffusers UNet", _has("down_blocks.")),
)


def _observations(shapes: Shapes) -> tuple[str, ...]:
    found = [f"{len(shapes)} tensors"]
    if _CONV_IN in shapes:
        found.append(f"the UNet reads {_inputs(shapes)} channels ({_CONV_IN} is {shapes[_CONV_IN]})")
        width = context_width(shapes)
        found.append("it attends to no text" if width is None else f"it attends to text features {width} wide")
        found.append(f"its transformers project with {'linear layers' if _linear(shapes) else '1×1 convolutions'}")
    if _clip_text(shapes):
        found.append("there is a CLIP text encoder under cond_stage_model.transformer.")
    if _has("first_stage_model.")(shapes):
        found.append("there is an autoencoder under first_stage_model.")
    if len(found) == 1 and shapes:
        found.append(f"the first key is {next(iter(shapes))!r}")
    return tuple(found)


def detect(shapes: Shapes) -> Detection:
    """Tell the family of a checkpoint from its keys and shapes (see `header_shapes`)."""
    why = _observations(shapes)
    for rule in _RULES:
        if rule.matches(shapes):
            return Detection(rule.family, rule.title, rule.supported, why)
    return Detection(None, "unknown", False, why)
