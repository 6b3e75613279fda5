"""How predictions under several conditionings become one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from torch import Tensor

Predictions = Mapping[str, Tensor]


class Mixing(Protocol):
    """A rule; the scale of guidance is a parameter of each call, so that pieces of guidance may change it."""

    @property
    def scale(self) -> float:
        """The scale that was asked for."""
        ...

    def needed(self, scale: float) -> tuple[str, ...]:
        """Return the conditionings whose predictions it needs at a scale."""
        ...

    def mix(self, predictions: Predictions, scale: float) -> Tensor:
        """Combine predictions x̂0 [B, C, H, W]."""
        ...


@dataclass(frozen=True)
class Unguided:
    """The positive prediction as it is."""

    scale: float = 1.0

    def needed(self, scale: float) -> tuple[str, ...]:
        """Return the positive."""
        return ("positive",)

    def mix(self, predictions: Predictions, scale: float) -> Tensor:
        """Return the positive prediction."""
        return predictions["positive"]


@dataclass(frozen=True)
class ClassifierFree:
    """negative + scale · (positive - negative) (Ho & Salimans 2022); at scale 1 the negative is not needed."""

    scale: float

    def needed(self, scale: float) -> tuple[str, ...]:
        """Return the positive, and the negative where it has weight."""
        return ("positive",) if scale == 1.0 else ("positive", "negative")

    def mix(self, predictions: Predictions, scale: float) -> Tensor:
        """Go from the negative towards, and past, the positive."""
        if scale == 1.0:
            return predictions["positive"]
        negative = predictions["negative"]
        return negative + scale * (predictions["positive"] - negative)


@dataclass(frozen=True)
class TwoConditions:
    """Guidance in two stretches, negative → middle → positive, as InstructPix2Pix steers by picture and by text.

    negative + middle_scale · (middle - negative) + scale · (positive - middle) (Brooks et al. 2023, equation 3);
    "nested" steers the middle first, and then from its result.
    """

    scale: float
    middle_scale: float
    style: Literal["regular", "nested"] = "regular"

    def needed(self, scale: float) -> tuple[str, ...]:
        """Return all three."""
        return ("positive", "middle", "negative")

    def mix(self, predictions: Predictions, scale: float) -> Tensor:
        """Combine all three."""
        positive, middle, negative = (predictions[name] for name in ("positive", "middle", "negative"))
        steered = negative + self.middle_scale * (middle - negative)
        return steered + scale * (positive - (middle if self.style == "regular" else steered))


@dataclass(frozen=True)
class PerpendicularNegative:
    """Steers away from the negative only by what of it is perpendicular to the positive (Armandpour et al. 2023).

    "empty" is the prediction for no prompt, which both directions start from.
    """

    scale: float
    negative_scale: float = 1.0

    def needed(self, scale: float) -> tuple[str, ...]:
        """Return all three."""
        return ("positive", "negative", "empty")

    def mix(self, predictions: Predictions, scale: float) -> Tensor:
        """Combine all three."""
        empty = predictions["empty"]
        towards, away = predictions["positive"] - empty, predictions["negative"] - empty
        axes = tuple(range(1, towards.ndim))
        share = (away * towards).sum(axes, keepdim=True) / towards.square().sum(axes, keepdim=True).clamp(min=1e-12)
        return empty + scale * (towards - self.negative_scale * (away - share * towards))
