"""The noise that Karras et al. 2022 (algorithm 2) add before a step to keep a run from settling too early."""

from dataclasses import dataclass

from torch import Tensor

from diffusion.samplers.noise import NoiseSource


@dataclass(frozen=True)
class Churn:
    """How much to stir, between which levels.

    Attributes:
        amount: S_churn over the whole run; 0 does not stir.
        sigma_min, sigma_max: S_tmin and S_tmax, the levels in between which it stirs.
        noise: S_noise, factor on the added noise.
    """

    amount: float = 0.0
    sigma_min: float = 0.0
    sigma_max: float = float("inf")
    noise: float = 1.0


def stir(
    x: Tensor, sigma: float, sigma_next: float, steps: int, churn: Churn, noise: NoiseSource
) -> tuple[Tensor, float]:
    """Return x raised to a higher level, and that level; both unchanged where there is nothing to stir."""
    if churn.amount <= 0:
        return x, sigma
    # Drawn outside the band too: the band's limits then do not change the noise of later steps.
    fresh = noise(sigma, sigma_next)
    if not churn.sigma_min <= sigma <= churn.sigma_max:
        return x, sigma
    gamma = min(churn.amount / steps, 2**0.5 - 1)
    raised = sigma * (gamma + 1)
    return x + fresh * (churn.noise * (raised**2 - sigma**2) ** 0.5), raised
