"""Conditionings put together, and where and when each of them works."""

from typing import Annotated, Any

import torch

from graph_engine.spec.sdk import Choices, Ge, Le, MultipleOf, Step, Tooltip, node
from nodes.sockets import Conditioning, Mask

CATEGORY = "conditioning"
MAX_SIDE = 16_384
Pixels = Annotated[int, Ge(0), Le(MAX_SIDE), MultipleOf(8)]
Side = Annotated[int, Ge(64), Le(MAX_SIDE), MultipleOf(8)]
Strength = Annotated[float, Ge(0), Le(10), Step(0.01), Tooltip("Its weight against the others where they overlap")]
Share = Annotated[float, Ge(0), Le(1), Step(0.001)]


def with_options(conditioning: Conditioning, **options: Any) -> Conditioning:
    """Return a conditioning whose entries all have further options."""
    return [(sequence, {**old, **options}) for sequence, old in conditioning]


@node(id="ConditioningCombine", title="Combine", category=CATEGORY, aliases=("and", "both prompts"))
def conditioning_combine(*, conditioning_1: Conditioning, conditioning_2: Conditioning) -> Conditioning:
    """Steers by both: their predictions are averaged at each step (Liu et al. 2022, "Composable Diffusion")."""
    return [*conditioning_1, *conditioning_2]


@node(id="ConditioningConcat", title="Concatenate", category=CATEGORY)
def conditioning_concat(*, conditioning_to: Conditioning, conditioning_from: Conditioning) -> Conditioning:
    """Joins the tokens of one prompt behind another's: one prediction, of a longer text (Rombach et al. 2022, §3.3)."""
    tail = conditioning_from[0][0]
    return [(torch.cat([sequence, tail.to(sequence)], dim=1), options) for sequence, options in conditioning_to]


@node(id="ConditioningAverage", title="Average", category=CATEGORY, aliases=("blend prompts", "interpolate"))
def conditioning_average(
    *,
    conditioning_to: Conditioning,
    conditioning_from: Conditioning,
    conditioning_to_strength: Annotated[float, Ge(0), Le(1), Step(0.01), Tooltip("Share of the first prompt")] = 1.0,
) -> Conditioning:
    """Mixes the features of two prompts: 1 is the first alone (Ramesh et al. 2022, section 3.2, for embeddings)."""
    weight = conditioning_to_strength
    other, other_options = conditioning_from[0]
    averaged: Conditioning = []
    for sequence, options in conditioning_to:
        tail = other.to(sequence)[:, : sequence.shape[1]]
        if tail.shape[1] < sequence.shape[1]:
            missing = sequence.new_zeros(tail.shape[0], sequence.shape[1] - tail.shape[1], sequence.shape[2])
            tail = torch.cat([tail, missing], dim=1)
        mixed = dict(options)
        pooled, other_pooled = options.get("pooled_output"), other_options.get("pooled_output")
        if pooled is not None and other_pooled is not None:
            mixed["pooled_output"] = weight * pooled + (1 - weight) * other_pooled.to(pooled)
        averaged.append((weight * sequence + (1 - weight) * tail, mixed))
    return averaged


@node(id="ConditioningSetArea", title="Area", category=CATEGORY, aliases=("region", "rectangle"))
def conditioning_set_area(
    *,
    conditioning: Conditioning,
    width: Side = 64,
    height: Side = 64,
    x: Pixels = 0,
    y: Pixels = 0,
    strength: Strength = 1.0,
) -> Conditioning:
    """Lets a prompt work in a rectangle, which the network sees alone (Bar-Tal et al. 2023, "MultiDiffusion")."""
    area = (height // 8, width // 8, y // 8, x // 8)
    return with_options(conditioning, area=area, strength=strength, set_area_to_bounds=False)


@node(id="ConditioningSetAreaPercentage", title="Area by share", category=CATEGORY)
def conditioning_set_area_percentage(
    *,
    conditioning: Conditioning,
    width: Annotated[float, Ge(0), Le(1), Step(0.01)] = 1.0,
    height: Annotated[float, Ge(0), Le(1), Step(0.01)] = 1.0,
    x: Annotated[float, Ge(0), Le(1), Step(0.01)] = 0.0,
    y: Annotated[float, Ge(0), Le(1), Step(0.01)] = 0.0,
    strength: Strength = 1.0,
) -> Conditioning:
    """Lets a prompt work in a rectangle given in shares of the picture (Bar-Tal et al. 2023, "MultiDiffusion")."""
    area = ("percentage", height, width, y, x)
    return with_options(conditioning, area=area, strength=strength, set_area_to_bounds=False)


@node(id="ConditioningSetAreaStrength", title="Area strength", category=CATEGORY)
def conditioning_set_area_strength(*, conditioning: Conditioning, strength: Strength = 1.0) -> Conditioning:
    """Sets a prompt's weight against others where they overlap (Liu et al. 2022, "Composable Diffusion")."""
    return with_options(conditioning, strength=strength)


@node(id="ConditioningSetMask", title="Mask", category=CATEGORY, aliases=("region",))
def conditioning_set_mask(
    *,
    conditioning: Conditioning,
    mask: Mask,
    strength: Strength = 1.0,
    set_cond_area: Annotated[
        str, Choices(("default", "mask bounds")), Tooltip("Whether the network sees the mask's surroundings")
    ] = "default",
) -> Conditioning:
    """Lets a prompt work where a mask is white (Bar-Tal et al. 2023, "MultiDiffusion")."""
    mask = mask if mask.ndim == 3 else mask.unsqueeze(0)
    bounds = set_cond_area != "default"
    return with_options(conditioning, mask=mask, mask_strength=strength, set_area_to_bounds=bounds)


@node(id="ConditioningZeroOut", title="Zero out", category=CATEGORY)
def conditioning_zero_out(*, conditioning: Conditioning) -> Conditioning:
    """Puts zeros in place of a prompt's features, as SDXL's and SD3's training dropped prompts (Podell et al. 2023)."""
    zeroed: Conditioning = []
    for sequence, options in conditioning:
        changed = dict(options)
        pooled = options.get("pooled_output")
        if pooled is not None:
            changed["pooled_output"] = torch.zeros_like(pooled)
        zeroed.append((torch.zeros_like(sequence), changed))
    return zeroed


@node(id="ConditioningSetTimestepRange", title="Time range", category=CATEGORY, aliases=("prompt editing", "when"))
def conditioning_set_timestep_range(
    *,
    conditioning: Conditioning,
    start: Annotated[Share, Tooltip("Works from this share of the run on")] = 0.0,
    end: Annotated[Share, Tooltip("… up to this one")] = 1.0,
) -> Conditioning:
    """Lets a prompt work in a part of the run, from pure noise (0) to the picture (1) (Balaji et al. 2022, "eDiff-I").

    Combine it with another that works in the rest.
    """
    return with_options(conditioning, start_percent=start, end_percent=end)
