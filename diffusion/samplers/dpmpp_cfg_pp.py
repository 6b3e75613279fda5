"""DPM-Solver++ in the manner of CFG++ (Lu et al. 2022; Chung et al. 2024)."""

import math

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.cfg_pp import NegativeMemory
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def dpmpp_2m_cfg_pp(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic."""
    both, past = NegativeMemory(denoiser), list[tuple[Tensor, float]]()

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        length, negative = math.log(sigma / sigma_next), both.negative
        following = denoised + math.exp(-length) * (x - negative)
        if past:
            previous, last_length = past.pop()
            following = following - math.expm1(-length) * (length / (2 * last_length)) * (denoised - previous)
        past.append((negative, length))
        return following

    return march(both, x, sigmas, rule, callback=callback)


def dpmpp_2s_ancestral_cfg_pp(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; two denoiser calls a step, fresh noise after it."""
    both = NegativeMemory(denoiser)

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        down, up = ancestral_levels(sigma, sigma_next, eta)
        # What is left of x is moved by how far guidance went; the rest of the step is plain.
        moved = x + (denoised - both.negative)
        towards = denoised
        if down > 0:
            middle = math.sqrt(sigma * down)
            towards = both(middle / sigma * moved + (1 - middle / sigma) * denoised, middle)
        x = down / sigma * moved + (1 - down / sigma) * towards
        return x if up == 0 else x + noise(sigma, sigma_next) * (noise_scale * up)

    return march(both, x, sigmas, rule, callback=callback)
