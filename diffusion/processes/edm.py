"""Continuous noise levels: the preconditioned networks of Karras et al. 2022, and networks used the same way."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from diffusion.checkpoints.record import Prediction
from diffusion.processes.process import ExplodingPath


@dataclass(frozen=True, eq=False)
class EdmProcess(ExplodingPath):
    """With x = x0 + σ·ε the network sees x/√(σ²+σ_d²) and a time that is a function of σ.

    x̂0 = x·σ_d²/(σ²+σ_d²) + output·σ·σ_d/√(σ²+σ_d²) (Karras et al. 2022, table 1); "v" is the same with a minus sign,
    and "eps" is x - σ·output.

    Attributes:
        prediction: "edm", "v" or "eps".
        low, high: the smallest and the largest level.
        data_deviation: σ_d, of the data; 1 for networks made for the variance-preserving path.
        clock: the time is ¼·ln σ ("log") or 2/π·atan σ ("angle").
    """

    prediction: Prediction = "edm"
    low: float = 0.002
    high: float = 80.0
    data_deviation: float = 0.5
    clock: Literal["log", "angle"] = "log"

    @property
    def sigma_min(self) -> float:
        """The smallest level."""
        return self.low

    @property
    def sigma_max(self) -> float:
        """The largest level."""
        return self.high

    @cached_property
    def _table(self) -> Tensor:
        return torch.linspace(math.log(self.low), math.log(self.high), 1000, dtype=torch.float64).exp().float()

    @property
    def sigmas(self) -> Tensor:
        """A thousand levels, even in log σ, ascending."""
        return self._table

    def timestep(self, sigma: float) -> float:
        """Return what the network is told."""
        return 0.25 * math.log(sigma) if self.clock == "log" else math.atan(sigma) * 2 / math.pi

    def sigma(self, timestep: Tensor | float) -> Tensor:
        """Return the levels of times."""
        time = torch.as_tensor(timestep, dtype=torch.float64)
        return ((4 * time).exp() if self.clock == "log" else torch.tan(time * math.pi / 2)).float()

    def scale_input(self, x: Tensor, sigma: float) -> Tensor:
        """Return x/√(σ²+σ_d²), of unit variance."""
        return x / (sigma**2 + self.data_deviation**2) ** 0.5

    def denoised(self, x: Tensor, output: Tensor, sigma: float) -> Tensor:
        """Return x̂0."""
        if self.prediction == "eps":
            return x - output * sigma
        if self.prediction not in ("edm", "v"):
            raise ValueError(f"a network that predicts {self.prediction!r} does not work on continuous noise levels")
        power = sigma**2 + self.data_deviation**2
        sign = 1 if self.prediction == "edm" else -1
        return x * (self.data_deviation**2 / power) + output * (sign * sigma * self.data_deviation / power**0.5)

    def sigma_at(self, share: float) -> float:
        """Return the level after a share of the way in log σ."""
        if share <= 0:
            return float("inf")
        return 0.0 if share >= 1 else self.high ** (1 - share) * self.low**share
