"""Small files that change a model's weights."""

from dataclasses import replace
from typing import Annotated

from diffusion.checkpoints.adapters.file import (
    DENOISER_PREFIXES,
    TEXT_PREFIXES,
    AdapterFile,
    changes_for,
    open_adapter,
)
from diffusion.checkpoints.adapters.patched import patched
from graph_engine.spec.sdk import Ge, Le, ModelFile, NodeContext, NodeResult, Outputs, Step, Tooltip, node
from nodes.sockets import Clip, DiffusionModel, Model, TextModel

Strength = Annotated[float, Ge(-100), Le(100), Step(0.01), Tooltip("0 is off, 1 as trained, below 0 the contrary")]
LoraFile = Annotated[str, ModelFile("loras")]
_TEXT_BEGINNINGS = tuple({prefix for prefixes in TEXT_PREFIXES.values() for prefix in prefixes})


def _on_model(model: DiffusionModel, adapter: AdapterFile, strength: float) -> tuple[DiffusionModel, set[str]]:
    changes, used = changes_for(adapter, model.weighted.network, DENOISER_PREFIXES)
    weighted = patched(model.weighted, changes, strength, adapter.file.identity)
    return replace(model, weighted=weighted), used


def _on_text(clip: TextModel, adapter: AdapterFile, strength: float) -> tuple[TextModel, set[str]]:
    encoders, used = list(clip.encoders), set[str]()
    for place, encoder in enumerate(encoders):
        prefixes = TEXT_PREFIXES.get(encoder.kind, ())
        changes, layers = changes_for(adapter, encoder.weighted.network, prefixes)
        weighted = patched(encoder.weighted, changes, strength, adapter.file.identity)
        encoders[place] = replace(encoder, weighted=weighted)
        used |= layers
    return replace(clip, encoders=tuple(encoders)), used


def _told(name: str, adapter: AdapterFile, used: set[str]) -> list[str]:
    """Sentences about what found no place. Raises ValueError if nothing did."""
    if not used:
        raise ValueError(
            f"{name} changes nothing in this model: none of its {len(adapter.layers)} layers is known here. "
            "It was made for another kind of model, or is no LoRA."
        )
    told: list[str] = []
    left = sorted(adapter.layers.keys() - used)
    if left:
        told.append(
            f"{len(left)} of {len(adapter.layers)} layers of {name} have no place in this model "
            f"(such as {left[0]}) and were left out."
        )
    if adapter.strange:
        told.append(
            f"{len(adapter.strange)} tensors of {name} are of a kind that is not supported (such as "
            f"{adapter.strange[0]}) and were left out."
        )
    return told


@node(
    id="LoraLoader",
    title="Load LoRA",
    category="loaders",
    aliases=("lora", "locon", "loha", "lokr", "dora", "adapter", "style"),
)
def load_lora(
    ctx: NodeContext,
    *,
    model: Model,
    clip: Clip,
    lora_name: LoraFile,
    strength_model: Strength = 1.0,
    strength_clip: Strength = 1.0,
) -> Annotated[NodeResult, Outputs(Model, Clip)]:
    """Changes a model and its text encoders by a LoRA file (Hu et al. 2021), or one of LoCon, LoHa, LoKr, DoRA, GLoRA.

    Files of kohya's scripts, LyCORIS, OneTrainer, PEFT and diffusers are understood. Several can follow one another.
    """
    adapter = open_adapter(ctx.files.model("loras", lora_name))
    changed, used = _on_model(model, adapter, strength_model)
    encoders, used_by_text = _on_text(clip, adapter, strength_clip)
    told = _told(lora_name, adapter, used | used_by_text)
    return NodeResult(values=(changed, encoders), ui={"text": told} if told else {})


@node(
    id="LoraLoaderModelOnly", title="Load LoRA (model only)", category="loaders", aliases=("lora", "lcm", "lightning")
)
def load_lora_model_only(
    ctx: NodeContext, *, model: Model, lora_name: LoraFile, strength_model: Strength = 1.0
) -> Annotated[NodeResult, Outputs(Model)]:
    """Changes a model by a LoRA file (Hu et al. 2021) and leaves its text encoders as they are."""
    adapter = open_adapter(ctx.files.model("loras", lora_name))
    changed, used = _on_model(model, adapter, strength_model)
    of_text = {layer for layer in adapter.layers if layer.startswith(_TEXT_BEGINNINGS)}
    told = _told(lora_name, adapter, used | of_text if used else used)
    return NodeResult(values=(changed,), ui={"text": told} if told else {})
