"""The walk that all solvers share: ask the denoiser at each level, tell the callback, move by the solver's rule."""

from collections.abc import Callable
from itertools import pairwise

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.churn import Churn, stir
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback, report

Rule = Callable[[Tensor, Tensor, float, float], Tensor]
"""x [B, C, H, W], its denoised form, its level and the next → x at the next level."""


def march(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    rule: Rule,
    *,
    callback: Callback | None = None,
    churn: Churn | None = None,
    noise: NoiseSource | None = None,
    extrapolates: bool = False,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`.

    A step to level 0 ends in the denoised x: its length in log σ is infinite. Where two levels in a row are equal (more
    steps than the table has levels), x stays and the rule is not asked.

    Args:
        denoiser: asked once a step; the rule may ask it again.
        x, sigmas: the start and the levels.
        rule: moves x from one level to the next.
        callback: told at each step.
        churn: noise added before each step, drawn from `noise`.
        noise: as said.
        extrapolates: the rule knows better than the denoised x where a step to level 0 ends.
    """
    levels = [float(level) for level in sigmas]
    for index, (level, sigma_next) in enumerate(pairwise(levels)):
        sigma = level
        if churn is not None and noise is not None:
            x, sigma = stir(x, level, sigma_next, len(levels) - 1, churn, noise)
        denoised = denoiser(x, sigma)
        report(callback, index, levels, x, denoised)
        if sigma_next == 0 and not extrapolates:
            x = denoised
        elif sigma_next != sigma:
            x = rule(x, denoised, sigma, sigma_next)
    return x
