"""Pieces of guidance that can be put together: each changes one thing about how predictions are combined."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from diffusion.networks.hook import NetworkHook
from diffusion.processes.process import Process


@dataclass(frozen=True)
class Moment:
    """What a piece sees of a step.

    Attributes:
        x: [B, C, H, W], noisy, at level `sigma`.
        sigma: the level.
        predictions: x̂0 [B, C, H, W] under each conditioning that was asked for: "positive", "negative", "middle" …
        scale: of the guidance at this step.
        process: of the model.
        ask: predicts under "positive" once more with the network changed.
    """

    x: Tensor
    sigma: float
    predictions: Mapping[str, Tensor]
    scale: float
    process: Process
    ask: Callable[[NetworkHook], Tensor]

    @property
    def positive(self) -> Tensor:
        """The prediction that is steered towards."""
        return self.predictions["positive"]

    @property
    def negative(self) -> Tensor | None:
        """The prediction that is steered away from, if it was asked for."""
        return self.predictions.get("negative")


class Piece:
    """Changes nothing: the base of all pieces, which are frozen dataclasses and override what they change."""

    def begin(self, process: Process) -> "Piece":
        """Return the piece for one run: one that remembers earlier steps returns a fresh copy of itself."""
        return self

    def scale(self, scale: float, sigma: float) -> float:
        """Return the scale of guidance at a level; at 1 the negative prediction is not computed."""
        return scale

    def combine(self, moment: Moment) -> Tensor | None:
        """Return the combined prediction, or None to leave it as it would be; only asked where both are there."""
        return None

    def finish(self, moment: Moment, guided: Tensor) -> Tensor:
        """Return the combined prediction, changed."""
        return guided
