"""Heun's second-order method (Karras et al. 2022, algorithm 2)."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.churn import Churn
from diffusion.samplers.euler import NO_CHURN
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def heun(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    churn: Churn = NO_CHURN,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; two denoiser calls a step, one for a step to 0."""

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        slope = (x - denoised) / sigma
        ahead = x + slope * (sigma_next - sigma)
        slope_ahead = (ahead - denoiser(ahead, sigma_next)) / sigma_next
        return x + (slope + slope_ahead) * (0.5 * (sigma_next - sigma))

    return march(denoiser, x, sigmas, rule, callback=callback, churn=churn, noise=noise)
