"""Noise levels: laid out, cut and turned."""

import re
from typing import Annotated

import torch

from diffusion.schedules.align_your_steps import ANCHORS, align_your_steps
from diffusion.schedules.beta import beta_levels
from diffusion.schedules.exponential import exponential_between
from diffusion.schedules.karras import karras_between
from diffusion.schedules.laplace import laplace_between
from diffusion.schedules.polyexponential import polyexponential_between
from diffusion.schedules.table import SCHEDULES, sigmas_for
from diffusion.schedules.turbo import turbo
from diffusion.schedules.vp import vp_levels
from graph_engine.spec.sdk import Choices, Ge, Le, Name, Placeholder, Step, Tooltip, node
from nodes.sampling_run import process_of
from nodes.sockets import Model, Sigmas

SCHEDULERS, SIGMAS = "sampling/custom/schedulers", "sampling/custom/sigmas"
Steps = Annotated[int, Ge(1), Le(10_000)]
Level = Annotated[float, Ge(0), Le(5000), Step(0.01)]
Strength = Annotated[float, Ge(0), Le(1), Step(0.01)]
Part = Annotated[Strength, Tooltip("1 is a whole run; 0.6 its last three fifths, for a picture to start from")]
Highest = Annotated[Level, Tooltip("Where the run begins; 14.6 is Stable Diffusion's noisiest level")]
Lowest = Annotated[Level, Tooltip("The last level before 0; 0.029 is Stable Diffusion's smallest")]
High = Annotated[Sigmas, Name("high_sigmas")]
Low = Annotated[Sigmas, Name("low_sigmas")]


@node(id="BasicScheduler", title="Schedule", category=SCHEDULERS)
def basic_scheduler(
    *,
    model: Model,
    scheduler: Annotated[str, Choices(tuple(SCHEDULES))] = "normal",
    steps: Steps = 20,
    denoise: Annotated[Strength, Tooltip("Below 1, the last part of a longer run of as many steps")] = 1.0,
) -> Sigmas:
    """The noise levels of a run by the spacing's name (Karras et al. 2022 for the idea of choosing them freely)."""
    return sigmas_for(scheduler, process_of(model), steps, denoise)


@node(id="KarrasScheduler", title="Karras schedule", category=SCHEDULERS)
def karras_scheduler(
    *,
    steps: Steps = 20,
    sigma_max: Highest = 14.614642,
    sigma_min: Lowest = 0.0291675,
    rho: Annotated[float, Ge(0.1), Le(100), Step(0.1), Tooltip("More spends more steps on small levels")] = 7.0,
) -> Sigmas:
    """Levels even in σ^(1/ρ) (Karras et al. 2022, equation 5)."""
    return karras_between(sigma_min, sigma_max, steps, rho)


@node(id="ExponentialScheduler", title="Exponential schedule", category=SCHEDULERS)
def exponential_scheduler(
    *, steps: Steps = 20, sigma_max: Highest = 14.614642, sigma_min: Lowest = 0.0291675
) -> Sigmas:
    """Levels even in log σ (k-diffusion)."""
    return exponential_between(_above_zero(sigma_min), _above_zero(sigma_max), steps)


@node(id="PolyexponentialScheduler", title="Polyexponential schedule", category=SCHEDULERS)
def polyexponential_scheduler(
    *,
    steps: Steps = 20,
    sigma_max: Highest = 14.614642,
    sigma_min: Lowest = 0.0291675,
    rho: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("1 is even in log σ; more: small levels")] = 1.0,
) -> Sigmas:
    """Levels whose logarithm falls along a power: with more than 1, most steps go to fine detail (k-diffusion)."""
    return polyexponential_between(_above_zero(sigma_min), _above_zero(sigma_max), steps, rho)


@node(id="VPScheduler", title="VP schedule", category=SCHEDULERS)
def vp_scheduler(
    *,
    steps: Steps = 20,
    beta_d: Annotated[float, Ge(0), Le(5000), Step(0.1), Tooltip("How much the noise rate grows over the run")] = 19.9,
    beta_min: Annotated[float, Ge(0), Le(5000), Step(0.1), Tooltip("Noise rate at the picture's end")] = 0.1,
    eps_s: Annotated[float, Ge(0), Le(1), Step(0.0001), Tooltip("Time of the last level before 0")] = 0.001,
) -> Sigmas:
    """Levels of the continuous variance-preserving process (Song et al. 2021, "Score-based …", appendix C)."""
    return vp_levels(steps, beta_d, beta_min, eps_s)


@node(id="LaplaceScheduler", title="Laplace schedule", category=SCHEDULERS)
def laplace_scheduler(
    *,
    steps: Steps = 20,
    sigma_max: Highest = 14.614642,
    sigma_min: Lowest = 0.0291675,
    mu: Annotated[float, Ge(-10), Le(10), Step(0.1), Tooltip("Middle, in log σ")] = 0.0,
    beta: Annotated[float, Ge(0), Le(10), Step(0.1), Tooltip("Width, in log σ")] = 0.5,
) -> Sigmas:
    """Levels that follow a Laplace distribution in log σ (Hang et al. 2024). They end above 0."""
    return laplace_between(sigma_min, sigma_max, steps, mu, beta)


@node(id="SDTurboScheduler", title="Turbo schedule", category=SCHEDULERS)
def sd_turbo_scheduler(*, model: Model, steps: Annotated[int, Ge(1), Le(10)] = 1, denoise: Part = 1.0) -> Sigmas:
    """The levels that SD-Turbo and SDXL-Turbo were distilled at (Sauer et al. 2023)."""
    return turbo(process_of(model), steps, denoise)


@node(id="BetaSamplingScheduler", title="Beta schedule", category=SCHEDULERS)
def beta_sampling_scheduler(
    *,
    model: Model,
    steps: Steps = 20,
    alpha: Annotated[float, Ge(0.01), Le(50), Step(0.01), Tooltip("Smaller: more steps near the picture")] = 0.6,
    beta: Annotated[float, Ge(0.01), Le(50), Step(0.01), Tooltip("Smaller: more steps near noise")] = 0.6,
) -> Sigmas:
    """Timesteps at the quantiles of a beta distribution: dense at both ends below 1 (Lee et al. 2024)."""
    return beta_levels(process_of(model), steps, alpha, beta)


@node(id="AlignYourStepsScheduler", title="Align Your Steps", category=SCHEDULERS, aliases=("ays", "few steps"))
def align_your_steps_scheduler(
    *, model_type: Annotated[str, Choices(tuple(ANCHORS))] = "SD1", steps: Steps = 10, denoise: Part = 1.0
) -> Sigmas:
    """Levels optimised for about ten steps (Sabour et al. 2024)."""
    whole = align_your_steps(model_type, steps)
    if denoise <= 0:
        return torch.zeros(0)
    kept = steps if denoise >= 1 else round(steps * denoise)
    return whole[-(kept + 1) :]


@node(id="SplitSigmas", title="Split levels", category=SIGMAS)
def split_sigmas(*, sigmas: Sigmas, step: Annotated[int, Ge(0), Le(10_000)] = 0) -> tuple[High, Low]:
    """Cuts a run in two at a step; the second part begins at the level where the first ends (Podell et al. 2023)."""
    return sigmas[: step + 1], sigmas[step:]


@node(id="SplitSigmasDenoise", title="Split levels by strength", category=SIGMAS)
def split_sigmas_denoise(
    *, sigmas: Sigmas, denoise: Annotated[Strength, Tooltip("Share of the steps in the second part")] = 1.0
) -> tuple[High, Low]:
    """Cuts a run in two so that a share of its steps lies in the second part (Meng et al. 2021, SDEdit)."""
    place = max(0, len(sigmas) - 1 - round((len(sigmas) - 1) * denoise))
    return sigmas[: place + 1], sigmas[place:]


@node(id="FlipSigmas", title="Turn levels round", category=SIGMAS)
def flip_sigmas(*, sigmas: Sigmas) -> Sigmas:
    """Turns a run round, from picture to noise: with a deterministic solver, inversion (Song et al. 2020, DDIM)."""
    if not len(sigmas):
        return sigmas
    turned = sigmas.flip(0).clone()
    # A solver divides by the level it is at.
    if turned[0] == 0:
        turned[0] = 0.0001
    return turned


@node(id="SetFirstSigma", title="Set first level", category=SIGMAS)
def set_first_sigma(
    *,
    sigmas: Sigmas,
    sigma: Annotated[float, Ge(0), Le(20_000), Step(0.001), Tooltip("Higher starts from purer noise")] = 136.0,
) -> Sigmas:
    """Replaces the first level of a run, to start from purer noise (Karras et al. 2022)."""
    changed = sigmas.clone()
    changed[:1] = sigma
    return changed


@node(id="ManualSigmas", title="Levels by hand", category=SIGMAS)
def manual_sigmas(*, sigmas: Annotated[str, Placeholder("14.6, 5, 2, 1, 0.5, 0")] = "1, 0.5, 0") -> Sigmas:
    """Noise levels as numbers with commas or spaces between them, largest first (Karras et al. 2022)."""
    parts = [part for part in re.split(r"[,\s]+", sigmas.strip()) if part]
    try:
        return torch.tensor([float(part) for part in parts])
    except ValueError as error:
        raise ValueError(f"These are not all numbers: {sigmas!r}. Write levels like 14.6, 5, 1, 0.") from error


def _above_zero(level: float) -> float:
    if level <= 0:
        raise ValueError("A level of 0 has no logarithm; use one above 0, such as 0.03.")
    return level
