"""Gradient estimation (Permenter & Yuan 2023, "Interpreting and Improving Diffusion Models …", section 4)."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.cfg_pp import NegativeMemory
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def gradient_estimation(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    gamma: float = 2.0,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic.

    Each slope is pushed on in the direction it has changed since the step before, `gamma` - 1 times; 1 is Euler.
    """
    past: list[Tensor] = []

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        slope = (x - denoised) / sigma
        steer = slope if not past else slope + (gamma - 1) * (slope - past[0])
        past[:] = [slope]
        return x + steer * (sigma_next - sigma)

    return march(denoiser, x, sigmas, rule, callback=callback)


def gradient_estimation_cfg_pp(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    gamma: float = 2.0,
) -> Tensor:
    """Walk like `gradient_estimation`, with the slopes of the negative prediction (CFG++, Chung et al. 2024)."""
    both, past = NegativeMemory(denoiser), list[Tensor]()

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        slope = (x - both.negative) / sigma
        x = denoised + slope * sigma_next
        if past:
            x = x + (gamma - 1) * (slope - past[0]) * (sigma_next - sigma)
        past[:] = [slope]
        return x

    return march(both, x, sigmas, rule, callback=callback)
