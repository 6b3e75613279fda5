"""DDIM backwards: from a picture to the noise that DDIM would make it of (Song et al. 2020; unCLIP, section 3.1)."""

from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.step import Callback, Step


def invert(denoiser: Denoiser, latent: Tensor, sigmas: Tensor, *, callback: Callback | None = None) -> Tensor:
    """Walk a picture up to noise; one denoiser call a step.

    A step of DDIM is x + (σ_next - σ)·ε with the ε seen at x and σ. Here it is taken the other way with the ε seen
    where the step begins, at the level it ends in: at small steps both see nearly the same.

    Args:
        denoiser: without strong guidance: what guidance adds is not undone by walking back.
        latent: [B, C, H, W] in the denoiser's space.
        sigmas: [steps + 1] as a sampler takes them, descending to 0.
        callback: told at each step.

    Returns:
        x [B, C, H, W] at level `sigmas[0]`: a sampler without noise of its own leads from it back to the latent.

    Raises:
        ValueError: fewer than two levels.
    """
    levels: list[float] = sigmas.flip(0).tolist()
    if len(levels) < 2:
        raise ValueError("An inversion takes at least one step.")
    x = latent.float()
    for index, (level, following) in enumerate(pairwise(levels)):
        denoised = denoiser(x, following)
        if callback is not None:
            callback(Step(index, len(levels) - 1, x, denoised, following))
        x = x + (following - level) * (x - denoised) / following
    return x
