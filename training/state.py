"""Where training keeps its state, and how a stage resumes."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch


def default_state_dir() -> Path:
    """Folder for states, latents and samples; `NOISELOOM_TRAINING` overrides the cache folder of the user."""
    chosen = os.environ.get("NOISELOOM_TRAINING")
    return Path(chosen) if chosen else Path.home() / ".cache" / "noiseloom" / "training"


def save_state(path: Path, state: dict[str, Any]) -> None:
    """Write a state so that a crash leaves either the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def load_state(path: Path) -> dict[str, Any]:
    """Read a state of an earlier stage.

    Raises:
        FileNotFoundError: with the stage to run first.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist: run `python -m training {path.stem}` first")
    return torch.load(path, map_location="cpu", weights_only=True)


@dataclass
class Budget:
    """How far a stage has come, in steps and in minutes, whichever ends first.

    Attributes:
        steps: steps of the whole stage.
        minutes: wall-clock minutes of the whole stage, over all resumptions; 0 for no limit.
        step: the next step to do.
        spent: seconds spent before this process.
    """

    steps: int
    minutes: float = 0.0
    step: int = 0
    spent: float = 0.0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds spent on the stage, earlier processes included."""
        return self.spent + time.monotonic() - self.began

    @property
    def progress(self) -> float:
        """0 at the start, 1 at the end. Schedules follow it, so that a stage cut by time still anneals."""
        by_steps = self.step / self.steps
        by_time = self.seconds / (self.minutes * 60) if self.minutes else 0.0
        return min(1.0, max(by_steps, by_time))
