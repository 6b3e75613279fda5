"""CFG++ (Chung et al. 2024): towards the guided picture, but noised again with what the negative prediction sees."""

from torch import Tensor

from diffusion.denoiser import Denoiser, with_negative
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


class NegativeMemory:
    """A denoiser that keeps the negative prediction of its last call."""

    def __init__(self, denoiser: Denoiser) -> None:
        self._denoiser = denoiser
        self._negative: Tensor | None = None

    @property
    def negative(self) -> Tensor:
        """The negative prediction [B, C, H, W] of the last call."""
        if self._negative is None:
            raise ValueError("nothing has been denoised yet")
        return self._negative

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Denoise x [B, C, H, W] at level σ."""
        guided = with_negative(self._denoiser, x, sigma)
        self._negative = guided.negative
        return guided.denoised


def euler_ancestral_cfg_pp(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    eta: float = 1.0,
    noise_scale: float = 1.0,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, fresh noise after it."""
    both = NegativeMemory(denoiser)

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        down, up = ancestral_levels(sigma, sigma_next, eta)
        x = denoised + (x - both.negative) / sigma * down
        return x if up == 0 else x + noise(sigma, sigma_next) * (noise_scale * up)

    return march(both, x, sigmas, rule, callback=callback)


def euler_cfg_pp(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Walk like `euler_ancestral_cfg_pp` without noise."""
    return euler_ancestral_cfg_pp(denoiser, x, sigmas, noise=noise, callback=callback, eta=0.0)
