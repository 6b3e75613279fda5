"""Repainting a part of a picture with any model (the first form of inpainting; Lugmayr et al. 2022, equation 8)."""

from torch import Tensor

from diffusion.denoiser import Denoiser, Guided, with_negative
from diffusion.processes.process import Process


class MaskedDenoiser:
    """Shows the network the known part with noise of the level on it, and puts the known part into what it predicts."""

    def __init__(self, denoiser: Denoiser, process: Process, latent: Tensor, noise: Tensor, mask: Tensor) -> None:
        """Args: `latent` and the start's `noise` [B, C, H, W]; `mask` [1 or B, 1, H, W], 1 where it is repainted."""
        self._denoiser = denoiser
        self._process = process
        self._latent = latent
        self._noise = noise
        self._mask = mask

    def _shown(self, x: Tensor, sigma: float) -> Tensor:
        known = self._process.noisy(self._latent, self._noise, sigma)
        return x * self._mask + known * (1 - self._mask)

    def _filled(self, denoised: Tensor) -> Tensor:
        return denoised * self._mask + self._latent * (1 - self._mask)

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Denoise x [B, C, H, W] at level σ."""
        return self._filled(self._denoiser(self._shown(x, sigma), sigma))

    def with_negative(self, x: Tensor, sigma: float) -> Guided:
        """Denoise, and tell the negative prediction too."""
        denoised, negative = with_negative(self._denoiser, self._shown(x, sigma), sigma)
        return Guided(self._filled(denoised), self._filled(negative))
