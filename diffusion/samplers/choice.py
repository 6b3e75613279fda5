"""A sampler chosen by name, with its options, made to fit the process of a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import STRAIGHT
from diffusion.samplers.brownian import BrownianNoise
from diffusion.samplers.flow import FlowSolver
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback
from diffusion.samplers.table import SAMPLERS, Sampler

# Solvers of dx/dσ = (x - x̂0)/σ, which holds along an exploding path and along a flow alike.
_ON_ANY_PATH = frozenset(
    [
        *("euler", "heun", "heunpp2", "dpm_2", "lms", "plms", "ipndm", "ipndm_v", "deis", "dpm_fast", "dpm_adaptive"),
        *("dpmpp_2m", "res_multistep", "gradient_estimation"),
    ]
)
# Solvers whose ancestral steps have a form of their own on a flow.
_WITH_STEPS_OF_THEIR_OWN = frozenset(("euler_ancestral", "dpm_2_ancestral", "dpmpp_2s_ancestral"))
# Solvers that draw noise for ways that overlap.
_ON_OVERLAPPING_WAYS = frozenset(("dpmpp_sde", "dpmpp_sde_gpu"))

DROPS_PENULTIMATE = frozenset(("dpm_2", "dpm_2_ancestral", "uni_pc", "uni_pc_bh2"))
"""Solvers that do better without the level before the last, which they would look beyond."""


def _with_brownian_noise(solver: Sampler) -> Sampler:
    def run(
        denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
    ) -> Tensor:
        path = BrownianNoise(lambda: noise(0.0, 0.0))
        return solver(denoiser, x, sigmas, noise=path, callback=callback)

    return run


@dataclass(frozen=True)
class SolverChoice:
    """A sampler by name, with options under the solver's own parameter names."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        if self.name not in SAMPLERS:
            raise ValueError(f"there is no sampler named {self.name!r}; use one of {', '.join(SAMPLERS)}")

    def solver(self, *, straight: bool = False) -> Sampler:
        """Return the solver for an exploding path or, `straight`, for a flow."""
        options = dict(self.options)
        if straight and self.name in _WITH_STEPS_OF_THEIR_OWN:
            options["path"] = STRAIGHT
        solver: Sampler = partial(SAMPLERS[self.name], **options) if options else SAMPLERS[self.name]
        if self.name in _ON_OVERLAPPING_WAYS:
            solver = _with_brownian_noise(solver)
        if straight and self.name not in _ON_ANY_PATH | _WITH_STEPS_OF_THEIR_OWN:
            solver = FlowSolver(solver)
        return solver
