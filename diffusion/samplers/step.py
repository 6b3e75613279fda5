"""What a sampler tells its caller at each step."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Step:
    """The state of a run just after the denoiser was asked, before x moves.

    Attributes:
        index: 0 for the first step.
        total: number of steps.
        x: [B, C, H, W], noisy, at level `sigma`.
        denoised: [B, C, H, W], the current guess at the result: what a preview shows.
        sigma: the noise level.
    """

    index: int
    total: int
    x: Tensor
    denoised: Tensor
    sigma: float


Callback = Callable[[Step], None]


def report(callback: Callback | None, index: int, sigmas: list[float], x: Tensor, denoised: Tensor) -> None:
    """Tell the callback, if there is one; whatever it raises ends the run."""
    if callback is not None:
        callback(Step(index, len(sigmas) - 1, x, denoised, sigmas[index]))
