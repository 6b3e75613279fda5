"""Euler's method with ancestral noise: the DDPM posterior in the view of Karras et al."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import EXPLODING, Path
from diffusion.samplers.euler import along_slope
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def euler_ancestral(
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
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, fresh noise after it.

    `eta` 0 gives Euler's method, 1 the full posterior variance; `noise_scale` multiplies the added noise.
    """

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        split = path.split(sigma, sigma_next, eta)
        x = along_slope(x, denoised, sigma, split.down)
        if eta == 0:
            return x
        return split.keep * x + noise(sigma, sigma_next) * (noise_scale * split.up)

    return march(denoiser, x, sigmas, rule, callback=callback)
