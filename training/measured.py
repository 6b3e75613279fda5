"""Stages of one process that a held-out measure ends: resumable at any step, deterministic, the best weights are kept.

Stages that several processes train together are in `loop`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from training.average import Average
from training.muon import Optimiser
from training.state import Budget, load_state, save_state

EMA = 0.995
SAVE_EVERY = 60.0
"""Seconds."""
WARM = 60
"""Steps over which the rate rises."""


class Task(Protocol):
    """What a stage trains."""

    @property
    def model(self) -> nn.Module:
        """Everything that is trained."""
        ...

    @property
    def outer(self) -> tuple[str, ...]:
        """Parts of names of matrices that are not for Muon; see `Optimiser`."""
        ...

    @property
    def rate(self) -> float:
        """The full learning rate."""
        ...

    def loss(self, step: int) -> Tensor:
        """The loss of one step; what is random in it depends on the step alone."""
        ...

    def measure(self) -> tuple[float, str]:
        """How good `model` is on held-out scenes (more is better), and a line that says so."""
        ...


@dataclass(frozen=True)
class Length:
    """When a stage ends.

    Attributes:
        steps, minutes: whichever comes first; 0 minutes for no limit.
        patience: looks without a better measure after which it ends.
        look_every: steps between looks.
        pause_at: saves and stops at this step, as an interruption would.
    """

    steps: int
    minutes: float = 0.0
    patience: int = 6
    look_every: int = 200
    pause_at: int | None = None


@dataclass
class _Course:
    """What is saved of a stage besides weights and optimiser."""

    budget: Budget
    average: Average = field(default_factory=lambda: Average(EMA))
    best: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    score: float = float("-inf")
    misses: int = 0


def _resume(path: Path, task: Task, optimiser: Optimiser, length: Length) -> _Course:
    if not path.is_file():
        return _Course(Budget(length.steps, length.minutes))
    state = load_state(path)
    task.model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    budget = Budget(length.steps, length.minutes, state["step"], state["seconds"])
    return _Course(budget, Average(EMA, state["average"]), state["best"], state["score"], state["misses"])


def _save(path: Path, task: Task, optimiser: Optimiser, course: _Course) -> None:
    state: dict[str, Any] = {"model": task.model.state_dict(), "optimiser": optimiser.state_dict()}
    state |= {"average": course.average.weights, "best": course.best, "score": course.score, "misses": course.misses}
    save_state(path, state | {"step": course.budget.step, "seconds": course.budget.seconds})


def _look(task: Task, course: _Course) -> None:
    """Measure the average; keep it if it is the best so far."""
    own = {name: tensor.detach().clone() for name, tensor in task.model.state_dict().items()}
    task.model.load_state_dict(course.average.weights)
    task.model.eval()
    with torch.no_grad():
        score, line = task.measure()
    task.model.train()
    task.model.load_state_dict(own)
    better = score > course.score
    course.misses = 0 if better else course.misses + 1
    if better:
        course.score = score
        course.best = {name: tensor.clone() for name, tensor in course.average.weights.items()}
    print(f"step {course.budget.step}, {course.budget.seconds:.0f} s: {line}{'' if better else ' (not better)'}")


def run(path: Path, task: Task, length: Length) -> Mapping[str, Tensor]:
    """Train, or go on from the state at `path`; returns the best averaged weights.

    The rate falls in a straight line over the stage's length, so that a stage that is cut short by the clock anneals.
    """
    optimiser = Optimiser(task.model, lr=task.rate, outer=task.outer)
    course = _resume(path, task, optimiser, length)
    budget = course.budget
    saved, losses = budget.seconds, list[float]()
    task.model.train()
    progress = budget.progress
    while progress < 1 and budget.step != length.pause_at and course.misses < length.patience:
        optimiser.set_share(min(1.0, (budget.step + 1) / WARM) * max(0.02, 1 - progress))
        optimiser.zero_grad()
        loss = task.loss(budget.step)
        loss.backward()
        nn.utils.clip_grad_norm_(task.model.parameters(), 1.0)
        optimiser.step()
        budget.step += 1
        course.average.update(task.model, budget.step)
        losses.append(loss.item())
        if budget.step % 50 == 0:
            print(f"step {budget.step} {budget.seconds:.0f} s loss {np.mean(losses):.4f}", flush=True)
            losses.clear()
        if budget.step % length.look_every == 0:
            _look(task, course)
        if budget.seconds - saved > SAVE_EVERY:
            _save(path, task, optimiser, course)
            saved = budget.seconds
        progress = budget.progress
    if budget.step != length.pause_at and budget.step % length.look_every:
        _look(task, course)
    _save(path, task, optimiser, course)
    return course.best or course.average.weights
