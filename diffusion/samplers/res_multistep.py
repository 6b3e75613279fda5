"""RES, a second-order exponential multistep method (Zhang et al. 2023, "Improved Order Analysis and Design …")."""

import math

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.cfg_pp import NegativeMemory
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def _weights(length: float, place: float) -> tuple[float, float]:
    """Return the weights of the newest prediction and of one `place` steps ahead (behind: below 0), without length."""
    phi_1 = -math.expm1(-length) / length
    phi_2 = (phi_1 - 1) / -length
    return phi_1 - phi_2 / place, phi_2 / place


def _walk(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    noise: NoiseSource,
    callback: Callback | None,
    eta: float,
    noise_scale: float,
    both: NegativeMemory | None,
) -> Tensor:
    # The last prediction, the level it was made at, and the level that its step went down to.
    past: list[tuple[Tensor, float, float]] = []

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        down, up = ancestral_levels(sigma, sigma_next, eta)
        seen = denoised if both is None else both.negative
        if not past:
            x = denoised + (x - seen) / sigma * down
        else:
            previous, last_sigma, last_down = past.pop()
            length = math.log(sigma / down)
            # Distances in log σ; with noise between the steps the last one ended below where this one begins.
            place = math.log(last_down / last_sigma) / length
            newest, older = _weights(length, place)
            x = math.exp(-length) * (x + (denoised - seen)) + length * (newest * seen + older * previous)
        past.append((seen, sigma, down))
        return x if up == 0 else x + noise(sigma, sigma_next) * (noise_scale * up)

    return march(both or denoiser, x, sigmas, rule, callback=callback)


def res_multistep(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic."""
    return _walk(denoiser, x, sigmas, noise, callback, 0.0, 1.0, None)


def res_multistep_ancestral(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk like `res_multistep`, further than each level, and back to it with fresh noise."""
    return _walk(denoiser, x, sigmas, noise, callback, eta, noise_scale, None)


def res_multistep_cfg_pp(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Walk like `res_multistep`, noised again with the negative prediction (CFG++, Chung et al. 2024)."""
    return _walk(denoiser, x, sigmas, noise, callback, 0.0, 1.0, NegativeMemory(denoiser))


def res_multistep_ancestral_cfg_pp(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk like `res_multistep_ancestral`, noised again with the negative prediction (CFG++)."""
    return _walk(denoiser, x, sigmas, noise, callback, eta, noise_scale, NegativeMemory(denoiser))
