"""What steers a denoiser."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Conditioning:
    """Text features and, for networks that take one, a vector.

    Attributes:
        context: [B, T, width]; B is 1 (for any number of pictures) or the number of pictures.
        y: [B, width] or class ids [B], or None.
    """

    context: Tensor
    y: Tensor | None = None

    def expand(self, batch: int) -> "Conditioning":
        """Repeat a single row for `batch` pictures; cycle several, as far as they go."""
        rows = torch.arange(batch, device=self.context.device) % self.context.shape[0]
        return Conditioning(self.context[rows], None if self.y is None else self.y[rows % self.y.shape[0]])

    def to(self, device: torch.device, dtype: torch.dtype) -> "Conditioning":
        """Move to a device; floating-point tensors take the type."""
        y = self.y
        if y is not None:
            y = y.to(device, dtype) if y.is_floating_point() else y.to(device)
        return Conditioning(self.context.to(device, dtype), y)


def stack(*parts: Conditioning) -> Conditioning:
    """Put conditionings of equal lengths one after another along the batch."""
    vectors = [part.y for part in parts if part.y is not None]
    return Conditioning(torch.cat([part.context for part in parts]), torch.cat(vectors) if vectors else None)
