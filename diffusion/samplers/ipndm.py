"""iPNDM (Zhang & Chen 2022, "Fast Sampling of Diffusion Models with Exponential Integrator")."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.lms import lms_weights
from diffusion.samplers.multistep import along_slopes, even_weights
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def ipndm(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    order: int = 4,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic.

    Unlike PLMS it begins with lower orders in place of a second call. Its weights take all steps to be equally long.
    """
    return along_slopes(denoiser, x, sigmas, even_weights, order, callback=callback)


def ipndm_v(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    order: int = 4,
) -> Tensor:
    """Walk like `ipndm` with weights for the steps' own lengths, exact for polynomials in σ.

    It differs from `lms` in its last step alone, which ends in the denoised x.
    """
    return along_slopes(denoiser, x, sigmas, lms_weights, order, callback=callback)
