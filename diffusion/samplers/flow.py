"""Runs a solver that was written for x = x0 + σ·ε on a flow, x = (1-σ)·x0 + σ·ε.

With y = x/(1-σ) and s = σ/(1-σ) a flow is an exploding path exactly: y = x0 + s·ε. So stochastic solvers and those that
count in log σ need no second form.
"""

from dataclasses import replace

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser, Guided, with_negative
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, Step
from diffusion.samplers.table import Sampler

# A flow begins in noise alone, which no exploding path does; this much less than 1 is where it is taken to begin.
_NEARLY_ONE = 1 - 1e-4


def _exploded(sigma: float) -> float:
    sigma = min(sigma, _NEARLY_ONE)
    return sigma / (1 - sigma)


def _data_share(exploded: float) -> float:
    """Return 1-σ at a level of the exploding path."""
    return 1 / (1 + exploded)


class _ExplodedDenoiser:
    """A flow's denoiser as one of the exploding path."""

    def __init__(self, denoiser: Denoiser) -> None:
        self._denoiser = denoiser

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        share = _data_share(sigma)
        return self._denoiser(x * share, 1 - share)

    def with_negative(self, x: Tensor, sigma: float) -> Guided:
        share = _data_share(sigma)
        return with_negative(self._denoiser, x * share, 1 - share)


class FlowSolver:
    """A solver of the exploding path, for flows."""

    def __init__(self, solver: Sampler) -> None:
        self.solver = solver

    def __call__(
        self,
        denoiser: Denoiser,
        x: Tensor,
        sigmas: Tensor,
        *,
        noise: NoiseSource,
        callback: Callback | None = None,
    ) -> Tensor:
        """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]` of a flow."""
        levels = torch.tensor([_exploded(float(level)) for level in sigmas], dtype=torch.float64)

        def told(step: Step) -> None:
            if callback is not None:
                share = _data_share(step.sigma)
                callback(replace(step, x=step.x * share, sigma=1 - share))

        start = x / _data_share(float(levels[0]))
        end = self.solver(_ExplodedDenoiser(denoiser), start, levels, noise=noise, callback=told)
        return end * _data_share(float(levels[-1]))
