"""ControlNets in the authors' layout: alone, or with the whole model they were trained on."""

from dataclasses import replace

from diffusion.checkpoints.keys.controlnet import (
    PREFIX,
    controlnet_config_from_shapes,
    map_controlnet_keys,
    map_diffusers_controlnet_keys,
)
from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.keys.t2i_adapter import (
    DIFFUSERS_MARK,
    map_t2i_adapter_keys,
    t2i_adapter_config_from_shapes,
)
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.stable_diffusion import STABLE_DIFFUSION_KINDS
from diffusion.networks.controlnet import ControlNet
from diffusion.networks.t2i_adapter import T2IAdapter


def open_controlnet(opening: Opening) -> OpenedModel:
    """Open a ControlNet (Zhang et al. 2023); a model in the same file is opened too.

    Raises:
        CheckpointError: a part is incomplete.
    """
    facts = opening.file.facts
    names = [name for name in opening.file.shapes if name.startswith(PREFIX)] or list(opening.file.shapes)
    diffusers = _DIFFUSERS_MARK in opening.file.shapes

    def build(shapes: Shapes) -> ControlNet:
        config, hint = controlnet_config_from_shapes(shapes)
        if facts.unet_heads or facts.unet_head_width:
            config = replace(config, heads=facts.unet_heads, head_width=facts.unet_head_width)
        return ControlNet(config, hint)

    keys = map_diffusers_controlnet_keys(names) if diffusers else map_controlnet_keys(names)
    control = opening.part("control", keys, build, title="ControlNet")
    for kind in STABLE_DIFFUSION_KINDS:
        if opening.layout.has("model.diffusion_model.") and kind.matches(opening.layout) and kind.open is not None:
            return replace(kind.open(opening), detection=opening.detection, control=control)
    return OpenedModel(opening.file.path, opening.detection, control=control)


def open_t2i_adapter(opening: Opening) -> OpenedModel:
    """Open a T2I-Adapter (Mou et al. 2023).

    Raises:
        CheckpointError: it is incomplete.
    """
    keys = map_t2i_adapter_keys(opening.file.shapes)
    control = opening.part(
        "control", keys, lambda shapes: T2IAdapter(t2i_adapter_config_from_shapes(shapes)), title="T2I-Adapter"
    )
    return OpenedModel(opening.file.path, opening.detection, control=control)


def _t2i_adapter(layout: Layout) -> str | None:
    own = "body.0.block1.weight" in layout.shapes and "conv_in.weight" in layout.shapes
    return "residual blocks without norms behind one convolution" if own or DIFFUSERS_MARK in layout.shapes else None


_ALONE = "Such files are not supported yet; choose a ControlNet for one kind of picture."
_DIFFUSERS_MARK = "controlnet_cond_embedding.conv_in.weight"


def _controlnet(layout: Layout) -> str | None:
    for prefix in (PREFIX, ""):
        if prefix + "input_hint_block.0.weight" in layout.shapes and prefix + "zero_convs.0.0.weight" in layout.shapes:
            beside = ", beside a whole model" if layout.has("model.diffusion_model.") else ""
            return f"a UNet's way down with a block for the control picture{beside}"
    if _DIFFUSERS_MARK in layout.shapes and "controlnet_mid_block.weight" in layout.shapes:
        return "a UNet's way down with a block for the control picture, in diffusers' layout"
    return None


def _union(layout: Layout) -> str | None:
    several = "task_embedding" in layout.shapes and _DIFFUSERS_MARK in layout.shapes
    return "a ControlNet with an embedding of several tasks" if several else None


def _small(layout: Layout) -> str | None:
    return "matrices that make a ControlNet of a whole model" if "lora_controlnet" in layout.shapes else None


CONTROL_KINDS = (
    Kind("controlnet_union", "ControlNet of several tasks", _union, remedy=_ALONE),
    Kind("control_lora", "Control-LoRA", _small, remedy=_ALONE),
    Kind("controlnet", "ControlNet", _controlnet, open_controlnet),
    Kind("t2i_adapter", "T2I-Adapter", _t2i_adapter, open_t2i_adapter),
)
"""ControlNets of the authors' layout and diffusers', and two kinds that cannot be used yet."""
