"""Control pictures: edges, depth, poses and the like, that a picture is to follow."""

from dataclasses import replace
from typing import Annotated

from diffusion.checkpoints.load import open_model
from diffusion.control import Control
from graph_engine.spec.sdk import Ge, Le, ModelFile, Name, NodeContext, Step, Tooltip, node
from nodes.sockets import Conditioning, ControlModel, ControlNetwork, Image, Model

Strength = Annotated[float, Ge(0), Le(10), Step(0.01), Tooltip("0 is off, 1 as trained")]
Share = Annotated[float, Ge(0), Le(1), Step(0.001)]
ControlFile = Annotated[str, ModelFile("controlnet")]


def _opened(ctx: NodeContext, name: str) -> ControlNetwork:
    opened = open_model(ctx.files.model("controlnet", name))
    if opened.control is None:
        raise ValueError(f"{name} holds {opened.detection.title}, and no ControlNet or adapter for control pictures.")
    return ControlNetwork(opened.control)


def _controlled(pairs: Conditioning, control: Control) -> Conditioning:
    """Add a control to every entry; one that is there already works too."""
    made: dict[int, Control] = {}

    def after(previous: Control | None) -> Control:
        # Entries that shared a control still share one.
        return made.setdefault(id(previous), replace(control, previous=previous))

    return [(sequence, {**options, "control": after(options.get("control"))}) for sequence, options in pairs]


@node(id="ControlNetLoader", title="Load ControlNet", category="loaders", aliases=("control", "canny", "depth", "pose"))
def load_controlnet(ctx: NodeContext, *, control_net_name: ControlFile) -> ControlModel:
    """Opens a ControlNet (Zhang et al. 2023) or T2I-Adapter (Mou et al. 2023), in either published layout."""
    return _opened(ctx, control_net_name)


@node(id="DiffControlNetLoader", title="Load ControlNet for a model", category="loaders", aliases=("control",))
def load_difference_controlnet(ctx: NodeContext, *, model: Model, control_net_name: ControlFile) -> ControlModel:
    """Opens a ControlNet (Zhang et al. 2023) that was made for this model.

    Files that hold only the difference from a model's own weights are not told apart: use a complete one.
    """
    found = _opened(ctx, control_net_name)
    width = getattr(found.weighted.network.config, "context_width", None)
    wanted = model.record.context_width
    if width and wanted and width != wanted:
        raise ValueError(
            f"{control_net_name} reads text features {width} wide, and {model.record.title} has {wanted}: "
            "it was made for another kind of model."
        )
    return found


@node(id="ControlNetApply", title="Follow picture", category="conditioning/control", aliases=("controlnet", "control"))
def apply_controlnet(
    *,
    conditioning: Conditioning,
    control_net: ControlModel,
    image: Image,
    strength: Strength = 1.0,
) -> Conditioning:
    """Makes the picture follow a control picture (ControlNet, Zhang et al. 2023). The negative prompt takes it too."""
    if strength == 0:
        return conditioning
    return _controlled(conditioning, Control(control_net.weighted, image, strength, to_negative=True))


@node(
    id="ControlNetApplyAdvanced",
    title="Follow picture for a while",
    category="conditioning/control",
    aliases=("controlnet", "control"),
)
def apply_controlnet_advanced(
    *,
    positive: Conditioning,
    negative: Conditioning,
    control_net: ControlModel,
    image: Image,
    strength: Strength = 1.0,
    start_percent: Annotated[Share, Tooltip("0 begins with the run")] = 0.0,
    end_percent: Annotated[Share, Tooltip("1 ends with the run")] = 1.0,
) -> tuple[
    Annotated[Conditioning, Name("positive")],
    Annotated[Conditioning, Name("negative")],
]:
    """Makes the picture follow a control picture in a part of the run (ControlNet, Zhang et al. 2023)."""
    if strength == 0:
        return positive, negative
    control = Control(control_net.weighted, image, strength, start_percent, end_percent)
    both = _controlled([*positive, *negative], control)
    return both[: len(positive)], both[len(positive) :]
