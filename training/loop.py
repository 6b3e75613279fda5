"""Stages that several processes train together and the clock ends: saved states, and looks on the way.

What is shipped is the average at the end. Stages of one process that a held-out measure ends are in `measured`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.average import Average
from training.muon import Optimiser
from training.parallel import Team
from training.state import Budget, load_state, save_state

EMA = 0.998
SAVE_EVERY = 180.0
"""Seconds."""


@dataclass(frozen=True)
class Course:
    """What a stage's loop needs besides its network.

    Attributes:
        state: file of the state; a stage that has one goes on from it.
        seed: of the batches.
        steps, minutes: of the whole stage, resumptions included; whichever ends first.
        lr: learning rate at full; it warms up over 100 steps and falls over the last third.
        outer: parts of names of matrices that AdamW takes; see `Optimiser`.
        look_every: seconds between looks.
        good_enough: a look that returns at least this ends the stage early.
    """

    state: Path
    seed: int
    steps: int
    minutes: float
    lr: float
    outer: tuple[str, ...]
    look_every: float = 540.0
    good_enough: float = float("inf")


Look = Callable[[dict[str, Tensor], int], tuple[str, float]]
"""Averaged weights and the step → a line to print, and how good it is."""
Judge = Callable[[nn.Module, Path], tuple[str, float]]
"""Judges a network: writes a sheet of pictures to the path, and returns a line to print and a share from 0 to 1."""


def look_with(build: Callable[[], nn.Module], judge: Judge, state: Path) -> Look:
    """A look at networks that `build` makes, whose sheets lie in `looks` beside the stage's state."""

    def look(weights: dict[str, Tensor], step: int) -> tuple[str, float]:
        averaged = build()
        averaged.load_state_dict(weights)
        return judge(averaged.eval(), state.parent / "looks" / f"{state.stem}-{step:06d}.png")

    return look


def follow(
    course: Course,
    model: nn.Module,
    team: Team,
    loss_of: Callable[[torch.Generator], Tensor],
    look: Look,
) -> None:
    """Train `model` in place, or go on from the saved state.

    `loss_of` draws a batch from the generator it is given, which is different in every step and process, and returns
    the loss with its graph.
    """
    average = Average(EMA, {name: tensor.detach().clone() for name, tensor in model.state_dict().items()})
    optimiser = Optimiser(model, lr=course.lr, outer=course.outer)
    budget = Budget(course.steps, course.minutes)
    if course.state.is_file():
        state = load_state(course.state)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        average.weights = state["average"]
        budget = Budget(course.steps, course.minutes, state["step"], state["seconds"])

    def save() -> None:
        state: dict[str, Any] = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
        state |= {"average": average.weights, "step": budget.step, "seconds": budget.seconds}
        save_state(course.state, state)

    losses: list[float] = []
    saved = looked = budget.seconds
    progress, enough = budget.progress, False
    while progress < 1 and not enough:
        optimiser.set_share(min(1.0, (budget.step + 1) / 100) * max(0.02, min(1.0, 3.0 * (1 - progress))))
        optimiser.zero_grad()
        rng = torch.Generator().manual_seed((course.seed * 9_000_011 + budget.step) * 64 + team.rank)
        loss = loss_of(rng)
        loss.backward()
        budget.step += 1
        progress = team.average(model.parameters(), 2.0 if enough else budget.progress)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if not team.leads:
            continue
        average.update(model, budget.step)
        losses.append(loss.item())
        if budget.step % 50 == 0:
            team.say(f"step {budget.step} {budget.seconds:.0f} s loss {np.mean(losses):.4f}")
            losses.clear()
        if budget.seconds - saved > SAVE_EVERY:
            save()
            saved = budget.seconds
        if budget.seconds - looked > course.look_every:
            line, good = look(average.weights, budget.step)
            team.say(f"step {budget.step}, {budget.seconds:.0f} s: {line}")
            looked = budget.seconds
            enough = team.size == 1 and good >= course.good_enough
    if team.leads:
        save()
        team.say(f"step {budget.step}, {budget.seconds:.0f} s: {look(average.weights, budget.step)[0]}")
