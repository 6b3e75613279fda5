"""Heun++: slopes of this level and the next two, weighted by how noisy they are (from the community, 2023)."""

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.churn import Churn
from diffusion.samplers.euler import NO_CHURN
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback


def heunpp2(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    churn: Churn = NO_CHURN,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; three denoiser calls a step, fewer at the end.

    A slope ahead weighs its level's share of the largest level, divided by how many slopes there are; what is left is
    the first slope's.
    """
    levels = [float(level) for level in sigmas]
    ahead_of = {level: levels[index + 1 : index + 3] for index, level in reversed(list(enumerate(levels)))}

    def rule(x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        slope = (x - denoised) / sigma
        following = [level for level in ahead_of_next(sigma_next) if level > 0]
        slopes, reached, level = [slope], x, sigma
        for target in following:
            reached = reached + slopes[-1] * (target - level)
            slopes.append((reached - denoiser(reached, target)) / target)
            level = target
        whole = len(slopes) * levels[0]
        weights = [target / whole for target in following]
        total = slope * (1 - sum(weights))
        for weight, other in zip(weights, slopes[1:], strict=True):
            total = total + other * weight
        return x + total * (sigma_next - sigma)

    def ahead_of_next(sigma_next: float) -> list[float]:
        return [sigma_next, *ahead_of[sigma_next][:1]]

    return march(denoiser, x, sigmas, rule, callback=callback, churn=churn, noise=noise)
