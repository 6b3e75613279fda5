"""A table of noise levels, whose number the network is told: DDPM, Stable Diffusion 1, 2 and XL, pixel models."""

from dataclasses import dataclass

from torch import Tensor

from diffusion.checkpoints.record import Prediction
from diffusion.processes.process import ExplodingPath, level_after
from diffusion.schedules.discrete import DiscreteSchedule


def variance_preserving_x0(x: Tensor, output: Tensor, sigma: float, prediction: Prediction) -> Tensor:
    """Return x̂0 for a network that saw x/√(σ²+1).

    Noise ("eps"): x - σ·ε. Velocity ("v"): x/(σ²+1) - v·σ/√(σ²+1) (Salimans & Ho 2022). Clean ("x0"): the output.

    Raises:
        ValueError: the prediction is of another process.
    """
    if prediction == "eps":
        return x - output * sigma
    if prediction == "v":
        scale = 1 / (sigma**2 + 1) ** 0.5
        return x * scale**2 - output * (sigma * scale)
    if prediction == "x0":
        return output
    raise ValueError(f"a network that predicts {prediction!r} does not work on this kind of noise")


@dataclass(frozen=True, eq=False)
class DiscreteProcess(ExplodingPath):
    """With x = x0 + σ·ε the network sees x/√(σ²+1), and the timestep whose level is nearest to σ in log σ.

    Networks of this kind were trained on whole timesteps.
    """

    schedule: DiscreteSchedule
    prediction: Prediction = "eps"

    @property
    def sigmas(self) -> Tensor:
        """The table, [T] ascending."""
        return self.schedule.sigmas

    @property
    def sigma_min(self) -> float:
        """The smallest level."""
        return self.schedule.sigma_min

    @property
    def sigma_max(self) -> float:
        """The largest level."""
        return self.schedule.sigma_max

    def timestep(self, sigma: float) -> float:
        """Return the whole timestep nearest to σ."""
        return float(self.schedule.nearest_timestep(sigma))

    def sigma(self, timestep: Tensor | float) -> Tensor:
        """Return the levels of (fractional) timesteps, linear in log σ between neighbours."""
        return self.schedule.sigma(timestep)

    def scale_input(self, x: Tensor, sigma: float) -> Tensor:
        """Return x/√(σ²+1), of unit variance."""
        return x * (1 / (sigma**2 + 1) ** 0.5)

    def denoised(self, x: Tensor, output: Tensor, sigma: float) -> Tensor:
        """Return x̂0; see `variance_preserving_x0`."""
        return variance_preserving_x0(x, output, sigma, self.prediction)

    def sigma_at(self, share: float) -> float:
        """Return the level after a share of the timesteps."""
        return level_after(self, share)
