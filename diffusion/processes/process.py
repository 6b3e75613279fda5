"""What every noise process can do."""

from typing import Protocol

from torch import Tensor

from diffusion.schedules.levels import Levels


class Process(Levels, Protocol):
    """The path from data to noise that a model was trained on, in levels σ; a timestep is what the network is told.

    Most models are seen as x = x0 + σ·ε (variance exploding); a flow is x = (1-σ)·x0 + σ·ε (`straight`).
    """

    @property
    def straight(self) -> bool:
        """Whether the path is the straight line of a flow."""
        ...

    def scale_input(self, x: Tensor, sigma: float) -> Tensor:
        """Return what the network sees of x."""
        ...

    def denoised(self, x: Tensor, output: Tensor, sigma: float) -> Tensor:
        """Return the clean x̂0 for x at level σ and the network's output, all [B, C, H, W]."""
        ...

    def noisy(self, clean: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Return `clean` with noise at level σ."""
        ...

    def settled(self, x: Tensor, sigma: float) -> Tensor:
        """Return x, left at level σ, such that `noisy` with no noise at the same level gives x again."""
        ...

    def sigma_at(self, share: float) -> float:
        """Return the level after a share 0..1 of a whole run's timesteps; infinite before, 0 after it."""
        ...


class ExplodingPath:
    """The parts of a process that all with x = x0 + σ·ε share."""

    @property
    def straight(self) -> bool:
        """False: the data keeps its size."""
        return False

    def noisy(self, clean: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Return clean + σ·noise."""
        return clean + noise * sigma

    def settled(self, x: Tensor, sigma: float) -> Tensor:
        """Return x as it is: nothing was scaled."""
        return x


def level_after(process: Process, share: float) -> float:
    """Return the level after a share 0..1 of a table's timesteps, for a process whose timesteps count its table."""
    if share <= 0:
        return float("inf")
    if share >= 1:
        return 0.0
    return float(process.sigma((1 - share) * (len(process.sigmas) - 1)))


def start(process: Process, latent: Tensor, noise: Tensor, sigma: float) -> Tensor:
    """Return where a run begins: the latent, noised; with √(1+σ²)·noise at the largest level of an exploding path.

    There the model was trained to see noise with what is left of a picture, which together have the variance 1 + σ².
    The latent shows through: an empty one (zeros) leaves noise of that variance, any other steers the brightness.
    """
    if not process.straight and sigma >= process.sigma_max * (1 - 1e-5):
        return latent + noise * (1 + sigma**2) ** 0.5
    return process.noisy(latent, noise, sigma)
