"""UniPC, a predictor whose corrector costs no further call (Zhao et al. 2023), in its data-prediction form."""

import math
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback

Variant = Literal["bh1", "bh2"]


def _weights(places: Sequence[float], length: float, variant: Variant) -> tuple[float, list[float]]:
    """Return B(h), and the weights of the differences at `places`, in steps of `length` in log σ (theorem 3.1)."""
    base = -length if variant == "bh1" else math.expm1(-length)
    phi, factorial = math.expm1(-length) / -length - 1, 1.0
    right: list[float] = []
    for power in range(1, len(places) + 1):
        right.append(phi * factorial / base)
        factorial *= power + 1
        phi = phi / -length - 1 / factorial
    # With one difference the paper takes a half in place of the exact weight.
    if len(places) == 1:
        return base, [0.5]
    left = torch.tensor([[place**power for place in places] for power in range(len(places))], dtype=torch.float64)
    return base, torch.linalg.solve(left, torch.tensor(right, dtype=torch.float64)).tolist()


class _UniPC:
    """Remembers what a step needs of the earlier ones."""

    def __init__(self, order: int, variant: Variant, steps: int) -> None:
        self.order = order
        self.variant: Variant = variant
        self.steps = steps
        # Predictions with their levels, newest first; where the last step began, and how many predictions it used.
        self.past: list[tuple[Tensor, float]] = []
        self.start: Tensor | None = None
        self.used = 0
        self.taken = 0

    def _moved(
        self, x: Tensor, sigma: float, target: float, past: Sequence[tuple[Tensor, float]], ahead: Tensor | None
    ) -> Tensor:
        """Move x from level σ to `target` with the predictions of `past`, and the one at the end if it is there."""
        newest = past[0][0]
        length = math.log(sigma / target)
        moved = target / sigma * x - math.expm1(-length) * newest
        places = [math.log(sigma / level) / length for _, level in past[1:]]
        slopes = [(other - newest) / place for (other, _), place in zip(past[1:], places, strict=True)]
        if ahead is not None:
            places, slopes = [*places, 1.0], [*slopes, ahead - newest]
        if not slopes:
            return moved
        base, weights = _weights(places, length, self.variant)
        total = sum((weight * slope for weight, slope in zip(weights, slopes, strict=True)), 0 * newest)
        return moved - base * total

    def __call__(self, x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        """Correct x by what was just predicted there, and predict the next."""
        if self.start is not None:
            x = self._moved(self.start, self.past[0][1], sigma, self.past[: self.used], denoised)
        self.past = [(denoised, sigma), *self.past[: self.order - 1]]
        # The last steps lower the order again, which keeps few-step runs stable.
        self.taken += 1
        self.used = min(len(self.past), self.order, self.steps - self.taken + 1)
        self.start = x
        return self._moved(x, sigma, sigma_next, self.past[: self.used], None)


def uni_pc(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    order: int = 3,
    variant: Variant = "bh1",
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic."""
    return march(denoiser, x, sigmas, _UniPC(order, variant, len(sigmas) - 1), callback=callback)


def uni_pc_bh2(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    order: int = 3,
) -> Tensor:
    """Walk like `uni_pc` with B(h) = exp(h) - 1, which does better with few steps and strong guidance."""
    return uni_pc(denoiser, x, sigmas, noise=noise, callback=callback, order=order, variant="bh2")
