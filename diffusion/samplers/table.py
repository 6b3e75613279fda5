"""The samplers by the names people know them by."""

from collections.abc import Mapping
from typing import Protocol

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ddim import ddim
from diffusion.samplers.dpmpp_2m import dpmpp_2m
from diffusion.samplers.dpmpp_2m_sde import dpmpp_2m_sde
from diffusion.samplers.euler import euler
from diffusion.samplers.euler_ancestral import euler_ancestral
from diffusion.samplers.heun import heun
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


class Sampler(Protocol):
    """A solver: denoiser, start x at level sigmas[0], levels → x at level sigmas[-1]."""

    def __call__(
        self, denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
    ) -> Tensor:
        """Run."""
        ...


SAMPLERS: Mapping[str, Sampler] = {
    "euler": euler,
    "euler_ancestral": euler_ancestral,
    "heun": heun,
    "dpmpp_2m": dpmpp_2m,
    "dpmpp_2m_sde": dpmpp_2m_sde,
    "ddim": ddim,
}
