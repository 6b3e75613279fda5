"""Euler's method on the probability-flow equation (Karras et al. 2022, algorithm 2 without the correction)."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.churn import Churn
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback

NO_CHURN = Churn()


def along_slope(x: Tensor, denoised: Tensor, sigma: float, target: float) -> Tensor:
    """Walk x from level σ to `target` along its slope (x - denoised)/σ: Euler's step."""
    return x + (x - denoised) / sigma * (target - sigma)


def euler(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    churn: Churn = NO_CHURN,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step."""
    return march(denoiser, x, sigmas, along_slope, callback=callback, churn=churn, noise=noise)
