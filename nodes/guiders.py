"""Guiders: a model with its conditionings and the rule that combines them."""

from typing import Annotated, Literal

from diffusion.guidance.mixing import ClassifierFree, PerpendicularNegative, TwoConditions, Unguided
from graph_engine.spec.sdk import Choices, Ge, Le, Step, Tooltip, node
from nodes.sockets import Conditioning, Guider, GuiderChoice, Model

CATEGORY = "sampling/custom/guiders"
Scale = Annotated[float, Ge(0), Le(100), Step(0.1)]
Cfg = Annotated[Scale, Tooltip("How strongly the prompt steers; 1 is off")]
STYLES: tuple[Literal["regular", "nested"], ...] = ("regular", "nested")


@node(id="BasicGuider", title="No guidance", category=CATEGORY)
def basic_guider(*, model: Model, conditioning: Conditioning) -> Guider:
    """The prediction under one conditioning as it is: for distilled models (Sauer et al. 2023; Luo et al. 2023)."""
    return GuiderChoice(model, Unguided(), {"positive": conditioning})


@node(id="CFGGuider", title="Guidance", category=CATEGORY)
def cfg_guider(*, model: Model, positive: Conditioning, negative: Conditioning, cfg: Cfg = 8.0) -> Guider:
    """Classifier-free guidance: past the positive prediction, away from the negative (Ho & Salimans 2022)."""
    return GuiderChoice(model, ClassifierFree(cfg), {"positive": positive, "negative": negative})


@node(id="DualCFGGuider", title="Guidance by two conditionings", category=CATEGORY)
def dual_cfg_guider(
    *,
    model: Model,
    cond1: Annotated[Conditioning, Tooltip("Text and picture")],
    cond2: Annotated[Conditioning, Tooltip("Picture alone")],
    negative: Annotated[Conditioning, Tooltip("Neither")],
    cfg_conds: Annotated[Scale, Tooltip("From the second to the first")] = 8.0,
    cfg_cond2_negative: Annotated[Scale, Tooltip("From the negative to the second")] = 8.0,
    style: Annotated[str, Choices(STYLES)] = "regular",
) -> Guider:
    """Steers by a picture and by a text with a scale for each, as InstructPix2Pix does (Brooks et al. 2023)."""
    mixing = TwoConditions(cfg_conds, cfg_cond2_negative, "nested" if style == "nested" else "regular")
    return GuiderChoice(model, mixing, {"positive": cond1, "middle": cond2, "negative": negative})


@node(id="PerpNegGuider", title="Perpendicular negative", category=CATEGORY)
def perp_neg_guider(
    *,
    model: Model,
    positive: Conditioning,
    negative: Conditioning,
    empty_conditioning: Annotated[Conditioning, Tooltip("An empty prompt")],
    cfg: Cfg = 8.0,
    neg_scale: Annotated[Scale, Tooltip("How strongly the negative steers")] = 1.0,
) -> Guider:
    """Takes of the negative only what does not oppose the positive (Perp-Neg, Armandpour et al. 2023)."""
    prompts = {"positive": positive, "negative": negative, "empty": empty_conditioning}
    return GuiderChoice(model, PerpendicularNegative(cfg, neg_scale), prompts)
