"""Skip-layer guidance: away from what a transformer paints without some of its layers.

Published with Stable Diffusion 3.5 medium's reference code (Stability AI 2024); the idea is that of autoguidance by a
weaker copy (Karras et al. 2024) and of spatio-temporal skips (Hyung et al. 2024).
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from torch import Tensor, nn

from diffusion.guidance.piece import Moment, Piece
from diffusion.networks.mmdit import MMDiT
from diffusion.processes.process import Process


def _passed_over(text: Tensor, picture: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
    return text, picture


@dataclass(frozen=True)
class SkippedLayers:
    """Some of a joint transformer's blocks are passed over, as if they were not there.

    Attributes:
        layers: their numbers, from 0; the last block cannot be among them.
    """

    layers: tuple[int, ...]

    @contextmanager
    def on(self, network: nn.Module) -> Generator[None]:
        """Change the network for the length of a ``with`` block. Raises ValueError where it has no such blocks."""
        if not isinstance(network, MMDiT):
            raise ValueError("Skip-layer guidance passes over blocks of Stable Diffusion 3's transformer.")
        last = network.config.depth - 1
        wrong = [layer for layer in self.layers if not 0 <= layer < last]
        if wrong:
            raise ValueError(f"This model has no layer {wrong[0]} to skip: choose from 0 to {last - 1}.")
        blocks = [network.joint_blocks[layer] for layer in sorted(set(self.layers))]
        for block in blocks:
            block.forward = _passed_over
        try:
            yield
        finally:
            for block in blocks:
                del block.forward


@dataclass(frozen=True)
class SkipLayers(Piece):
    """Adds `strength` · (positive - the one with layers skipped), from a share of the run to another."""

    layers: tuple[int, ...] = (7, 8, 9)
    strength: float = 3.0
    start: float = 0.01
    end: float = 0.15

    def begin(self, process: Process) -> Piece:
        """Return the piece with its levels."""
        return _Levels(self.layers, self.strength, process.sigma_at(self.start), process.sigma_at(self.end))


@dataclass(frozen=True)
class _Levels(Piece):
    layers: tuple[int, ...]
    strength: float
    high: float
    low: float

    def finish(self, moment: Moment, guided: Tensor) -> Tensor:
        """Return the combined prediction, pushed away from the one with layers skipped."""
        if not self.low <= moment.sigma <= self.high:
            return guided
        return guided + self.strength * (moment.positive - moment.ask(SkippedLayers(self.layers)))
