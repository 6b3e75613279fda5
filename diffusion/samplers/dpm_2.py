"""DPM-Solver-2: the slope of a step is taken halfway in log σ (Karras et al. 2022; k-diffusion)."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import EXPLODING, Path
from diffusion.samplers.churn import Churn
from diffusion.samplers.euler import NO_CHURN
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def _midpoint_step(denoiser: Denoiser, x: Tensor, denoised: Tensor, sigma: float, target: float) -> Tensor:
    """Walk from level σ to `target` along the slope at their geometric mean; along the first slope to level 0."""
    slope = (x - denoised) / sigma
    if target == 0:
        return x + slope * (target - sigma)
    middle = (sigma * target) ** 0.5
    halfway = x + slope * (middle - sigma)
    return x + (halfway - denoiser(halfway, middle)) / middle * (target - sigma)


def dpm_2(
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
        return _midpoint_step(denoiser, x, denoised, sigma, sigma_next)

    return march(denoiser, x, sigmas, rule, callback=callback, churn=churn, noise=noise)


def dpm_2_ancestral(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
    path: Path = EXPLODING,
) -> Tensor:
    """Walk x [B, C, H, W] like `dpm_2`, further than each level, and back to it with fresh noise."""

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        split = path.split(sigma, sigma_next, eta)
        x = _midpoint_step(denoiser, x, denoised, sigma, split.down)
        if split.up == 0:
            return x
        return split.keep * x + noise(sigma, sigma_next) * (noise_scale * split.up)

    return march(denoiser, x, sigmas, rule, callback=callback)
