"""DPM-Solver++(2S), a second-order single-step method (Lu et al. 2022, algorithm 1), with ancestral noise."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.ancestral import EXPLODING, Path
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def towards(x: Tensor, denoised: Tensor, sigma: float, target: float) -> Tensor:
    """Walk from level σ to `target` as if `denoised` held all the way (a first-order step of DPM-Solver++)."""
    return (target / sigma) * x + (1 - target / sigma) * denoised


def dpmpp_2s_ancestral(
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
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; two denoiser calls a step, fresh noise after it."""

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        split = path.split(sigma, sigma_next, eta)
        if split.down > 0:
            middle = path.halfway(sigma, split.down)
            denoised = denoiser(towards(x, denoised, sigma, middle), middle)
        x = towards(x, denoised, sigma, split.down)
        if split.up == 0:
            return x
        return split.keep * x + noise(sigma, sigma_next) * (noise_scale * split.up)

    return march(denoiser, x, sigmas, rule, callback=callback)
