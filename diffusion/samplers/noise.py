"""Where stochastic samplers get their noise."""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor


class NoiseSource(Protocol):
    """Gives standard normal noise for the way from one level to the next.

    The levels let a source give consistent noise for overlapping ways (a Brownian path); solvers whose ways follow
    one another, as all of ours so far, need only fresh noise at each call.
    """

    def __call__(self, sigma: float, sigma_next: float) -> Tensor:
        """Return noise [B, C, H, W] on the run's device."""
        ...


class SeededNoise:
    """Noise from a seed per picture, drawn on the CPU in float32, so that the device does not change the picture.

    Each picture of a batch has its own generator: picture i of a batch equals the one made alone from its seed.
    Draws follow one another; the first is the start of a run, so the start and the steps never share noise.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        shape: Sequence[int],
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """Args: one seed (0 to 2⁶⁴-1) per picture; `shape` (C, H, W) of one; where and as what noise is wanted."""
        self._generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
        self._shape = tuple(shape)
        self._device = device
        self._dtype = dtype

    def draw(self) -> Tensor:
        """Return the next noise, [B, C, H, W]."""
        noise = torch.stack([torch.randn(self._shape, generator=generator) for generator in self._generators])
        return noise.to(self._device, self._dtype)

    def __call__(self, sigma: float, sigma_next: float) -> Tensor:
        """Return the next noise; the levels do not matter to this source."""
        return self.draw()
