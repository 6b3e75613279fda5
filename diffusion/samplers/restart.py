"""Restart sampling: back up with fresh noise, and down again (Xu et al. 2023, algorithm 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.heun import heun
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, Step
from diffusion.schedules.karras import karras_between


@dataclass(frozen=True)
class Interval:
    """Walked again: from `high` to `low` in `steps` steps, `times` over."""

    low: float
    high: float
    steps: int
    times: int


def usual_intervals(steps: int) -> tuple[Interval, ...]:
    """Return what a run of so many steps walks again: nothing below 20, between levels 0.1 and 2 from there on."""
    if steps < 20:
        return ()
    return (Interval(0.1, 2.0, 9, 1),) if steps < 36 else (Interval(0.1, 2.0, steps // 4, 2),)


def _stretches(levels: Sequence[float], intervals: Sequence[Interval]) -> list[tuple[list[float], float]]:
    """Cut a run into stretches walked down one after another, each with the deviation of the noise put on before it."""
    stretches: list[tuple[list[float], float]] = []
    rest = list(levels)
    for interval in sorted(intervals, key=lambda one: -one.low):
        # It ends at the first level of the run that is no higher than its own end.
        place = next((index for index, level in enumerate(rest) if 0 < level <= interval.low), None)
        if place is None or rest[0] <= interval.high:
            continue
        low = rest[place]
        stretches.append((rest[: place + 1], 0.0))
        again = karras_between(low, interval.high, interval.steps).tolist()[:-1]
        again[-1] = low
        stretches += [(again, (interval.high**2 - low**2) ** 0.5)] * interval.times
        rest = rest[place:]
    return [*stretches, (rest, 0.0)]


def restart(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    intervals: Sequence[Interval] | None = None,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]` by Heun's method, some stretches more than once."""
    levels = [float(level) for level in sigmas]
    stretches = _stretches(levels, usual_intervals(len(levels) - 1) if intervals is None else intervals)
    total, done = sum(len(stretch) - 1 for stretch, _ in stretches), 0

    for stretch, deviation in stretches:
        if deviation > 0:
            x = x + noise(stretch[-1], stretch[0]) * deviation
        before = done

        def told(step: Step, before: int = before) -> None:
            if callback is not None:
                callback(Step(before + step.index, total, step.x, step.denoised, step.sigma))

        x = heun(denoiser, x, torch.tensor(stretch), noise=noise, callback=told)
        done += len(list(pairwise(stretch)))
    return x
