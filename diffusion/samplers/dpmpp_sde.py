"""The stochastic form of DPM-Solver++(2S) (Lu et al. 2022; k-diffusion's `sample_dpmpp_sde`)."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.dpmpp_2s_ancestral import towards
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def dpmpp_sde(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
    ratio: float = 0.5,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; two denoiser calls a step, one for a step to 0.

    Noise is drawn for the way to the point between, `ratio` of the step in log σ, and once more for the whole way:
    a source that knows of the overlap gives two ends of one path, any other independent noise.
    """

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        # Between two levels that are nearly equal rounding may end above them, where there is no way back.
        middle = min(sigma, sigma ** (1 - ratio) * sigma_next**ratio)
        down, up = ancestral_levels(sigma, middle, eta)
        between = towards(x, denoised, sigma, down) + noise(sigma, middle) * (noise_scale * up)
        weight = 1 / (2 * ratio)
        blended = (1 - weight) * denoised + weight * denoiser(between, middle)
        down, up = ancestral_levels(sigma, sigma_next, eta)
        return towards(x, blended, sigma, down) + noise(sigma, sigma_next) * (noise_scale * up)

    return march(denoiser, x, sigmas, rule, callback=callback)
