"""SA-Solver, stochastic Adams methods with a corrector (Xue et al. 2023, algorithm 1)."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.march import march
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback

Stochasticity = Callable[[float], float]
"""τ at a level: how much noise is put back; 0 none, 1 as much as the reverse equation has."""


def adams_weights(places: Sequence[float], length: float, rate: float) -> list[float]:
    """Return the integrals over a step of rate·exp(-rate·(length - u)) times the polynomials that are 1 at one place.

    Args:
        places: in log σ from the step's start, forwards; those of earlier predictions are below 0.
        length: of the step in log σ.
        rate: 1 + τ².
    """
    # ∫ rate·exp(-rate·(length - u))·u^k du by parts, from the power before.
    moments = [-math.expm1(-rate * length)]
    for power in range(1, len(places)):
        moments.append(length**power - power / rate * moments[-1])
    left = torch.tensor([[place**power for place in places] for power in range(len(places))], dtype=torch.float64)
    return torch.linalg.solve(left, torch.tensor(moments, dtype=torch.float64)).tolist()


def in_the_middle(sigmas: Tensor, first: float = 0.2, last: float = 0.8, strength: float = 1.0) -> Stochasticity:
    """Return a τ of `strength` over the middle of a run, by share of its steps, and 0 elsewhere: the paper's choice."""
    steps = len(sigmas) - 1
    high, low = float(sigmas[round(first * steps)]), float(sigmas[round(last * steps)])
    return lambda sigma: strength if low <= sigma <= high else 0.0


class _StochasticAdams:
    """Remembers what a step needs of the earlier ones."""

    def __init__(
        self,
        denoiser: Denoiser,
        noise: NoiseSource,
        tau: Stochasticity,
        orders: tuple[int, int],
        again: bool,
        noise_scale: float,
    ) -> None:
        self.denoiser, self.noise, self.tau, self.orders = denoiser, noise, tau, orders
        self.again, self.noise_scale = again, noise_scale
        # Predictions with their levels, newest first.
        self.past: list[tuple[Tensor, float]] = []
        # Where the last step began, its level, and the noise it added.
        self.last: tuple[Tensor, float, Tensor | float] | None = None

    def _moved(
        self, x: Tensor, sigma: float, target: float, past: Sequence[tuple[Tensor, float]], fresh: Tensor | float
    ) -> Tensor:
        length = math.log(sigma / target)
        tau = self.tau(target)
        places = [math.log(sigma / level) for _, level in past]
        weights = adams_weights(places, length, 1 + tau**2)
        total = sum((weight * seen for weight, (seen, _) in zip(weights, past, strict=True)), 0 * x)
        return target / sigma * math.exp(-(tau**2) * length) * x + total + fresh

    def _fresh(self, sigma: float, target: float) -> Tensor | float:
        tau = self.tau(target)
        if tau == 0:
            return 0.0
        deviation = target * math.sqrt(-math.expm1(-2 * tau**2 * math.log(sigma / target)))
        return self.noise(sigma, target) * (deviation * self.noise_scale)

    def __call__(self, x: Tensor, denoised: Tensor, sigma: float, sigma_next: float) -> Tensor:
        """Correct x by what was just predicted there, and predict the next."""
        predictor, corrector = self.orders
        self.past = [(denoised, sigma), *self.past][: max(predictor, corrector)]
        if self.last is not None:
            start, level, fresh = self.last
            x = self._moved(start, level, sigma, self.past[:corrector], fresh)
            if self.again:
                self.past[0] = (self.denoiser(x, sigma), sigma)
        self.last = (x, sigma, self._fresh(sigma, sigma_next))
        return self._moved(x, sigma, sigma_next, self.past[:predictor], self.last[2])


def sa_solver(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    tau: Stochasticity | None = None,
    predictor_order: int = 3,
    corrector_order: int = 4,
    noise_scale: float = 1.0,
    again: bool = False,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, and noise by `tau`.

    `again` asks the denoiser at the corrected x too (predict, evaluate, correct, evaluate).
    """
    tau = tau or in_the_middle(sigmas)
    rule = _StochasticAdams(denoiser, noise, tau, (predictor_order, corrector_order), again, noise_scale)
    return march(denoiser, x, sigmas, rule, callback=callback)


def sa_solver_pece(
    denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
) -> Tensor:
    """Walk like `sa_solver` with a second call at the corrected x."""
    return sa_solver(denoiser, x, sigmas, noise=noise, callback=callback, again=True)
