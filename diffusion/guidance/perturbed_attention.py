"""Perturbed-attention guidance (Ahn et al. 2024): away from what the network paints when it cannot look around."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from diffusion.guidance.piece import Moment, Piece
from diffusion.networks.attention import SpatialTransformer


@dataclass(frozen=True)
class IdentityAttention:
    """Every position of a UNet's middle attends to itself alone."""

    @contextmanager
    def on(self, network: nn.Module) -> Generator[None]:
        """Change the network for the length of a ``with`` block. Raises ValueError where there is no such middle."""
        middle = getattr(network, "middle_block", None)
        found: list[Any] = [
            block.attn1
            for part in (middle.modules() if isinstance(middle, nn.Module) else ())
            if isinstance(part, SpatialTransformer)
            for block in part.transformer_blocks
        ]
        if not found:
            raise ValueError(
                "Perturbed-attention guidance changes the attention in the middle of a UNet, and this model has none."
            )

        def own_value(module: Any, inputs: tuple[Any, ...], output: Tensor) -> Tensor:
            # Attention that is the identity passes each position's own value on.
            return module.to_out(module.to_v(inputs[0]))

        handles = [attention.register_forward_hook(own_value) for attention in found]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


@dataclass(frozen=True)
class PerturbedAttention(Piece):
    """Adds `strength` · (positive - perturbed); a further pass of the network for each step."""

    strength: float = 3.0

    def finish(self, moment: Moment, guided: Tensor) -> Tensor:
        """Return the combined prediction, pushed away from the perturbed one."""
        if self.strength == 0:
            return guided
        return guided + self.strength * (moment.positive - moment.ask(IdentityAttention()))
