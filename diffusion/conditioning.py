"""What steers a denoiser, as its network takes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor


def _rows(tensor: Tensor, batch: int) -> Tensor:
    """Repeat a single row for `batch` pictures; cycle several, as far as they go."""
    if tensor.shape[0] == batch:
        return tensor
    return tensor[torch.arange(batch, device=tensor.device) % tensor.shape[0]]


def _moved(tensor: Tensor, device: torch.device, dtype: torch.dtype) -> Tensor:
    return tensor.to(device, dtype) if tensor.is_floating_point() else tensor.to(device)


class Guide(Protocol):
    """Something that works beside the network and says more about each step, such as a ControlNet."""

    def steer(self, x: Tensor, sigma: float, timesteps: Tensor, steering: "Conditioning") -> "Conditioning":
        """Return the conditioning with what there is to add, for x [B, C, H, W] as the network sees it."""
        ...


@dataclass(frozen=True)
class Conditioning:
    """Text features and whatever else a family's network reads.

    Attributes:
        context: [B, T, width]; B is 1 (for any number of pictures) or the number of pictures. None for networks that
            read no text.
        y: [B, width] or class ids [B], or None.
        extras: more tensors [B, ...] by name. "concat" [B, C, H, W] is joined to x on its channels by the denoiser; the
            family's `call` knows what to do with all others.
        guide: works beside the network, or None. Conditionings share a pass of the network only where they share it.
    """

    context: Tensor | None
    y: Tensor | None = None
    extras: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    guide: Guide | None = None

    def _map(self, change: Callable[[Tensor], Tensor]) -> "Conditioning":
        return replace(
            self,
            context=None if self.context is None else change(self.context),
            y=None if self.y is None else change(self.y),
            extras={name: change(tensor) for name, tensor in self.extras.items()},
        )

    def expand(self, batch: int) -> "Conditioning":
        """Repeat a single row for `batch` pictures; cycle several, as far as they go."""
        return self._map(lambda tensor: _rows(tensor, batch))

    def to(self, device: torch.device, dtype: torch.dtype) -> "Conditioning":
        """Move to a device; floating-point tensors take the type."""
        return self._map(lambda tensor: _moved(tensor, device, dtype))

    def crop(self, top: int, left: int, height: int, width: int) -> "Conditioning":
        """Return the conditioning of a part of the picture: "concat" is cut to it, the rest has no place."""
        if "concat" not in self.extras:
            return self
        part = self.extras["concat"][..., top : top + height, left : left + width]
        return replace(self, extras={**self.extras, "concat": part})

    @property
    def tensors(self) -> dict[str, Tensor]:
        """Every tensor by name."""
        own = {"context": self.context, "y": self.y}
        return {name: tensor for name, tensor in own.items() if tensor is not None} | dict(self.extras)


def stackable(first: Conditioning, second: Conditioning) -> bool:
    """Tell whether two conditionings fit into one pass of the network: same parts, same lengths, same guide."""
    ours = {name: (tensor.shape[1:], tensor.dtype) for name, tensor in first.tensors.items()}
    theirs = {name: (tensor.shape[1:], tensor.dtype) for name, tensor in second.tensors.items()}
    return ours == theirs and first.guide is second.guide


def stack(*parts: Conditioning) -> Conditioning:
    """Put conditionings that are `stackable` one after another along the batch."""
    first = parts[0]
    joined = {name: torch.cat([part.tensors[name] for part in parts]) for name in first.tensors}
    extras = {name: joined[name] for name in first.extras}
    return Conditioning(joined.get("context"), joined.get("y"), extras, first.guide)
