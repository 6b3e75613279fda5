"""FreeU (Si et al. 2023): stronger backbone, softer skips, in a UNet that is otherwise as it was."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


def softened(skip: Tensor, factor: float, radius: int = 1) -> Tensor:
    """Multiply the lowest frequencies of [B, C, H, W] by `factor`."""
    spectrum = torch.fft.fftshift(torch.fft.fft2(skip.float()), dim=(-2, -1))
    row, column = skip.shape[-2] // 2, skip.shape[-1] // 2
    spectrum[..., max(row - radius, 0) : row + radius, max(column - radius, 0) : column + radius] *= factor
    return torch.fft.ifft2(torch.fft.ifftshift(spectrum, dim=(-2, -1))).real.to(skip.dtype)


@dataclass(frozen=True)
class FreeU:
    """Scales half of the backbone's channels by `backbone`, and the skips' lowest frequencies by `skip`.

    Attributes:
        backbone, skip: factors of the two coarsest widths: four times the first width, then twice.
        by_mean: the second version, which scales where the backbone is strong and leaves it elsewhere.
    """

    backbone: tuple[float, float] = (1.3, 1.4)
    skip: tuple[float, float] = (0.9, 0.2)
    by_mean: bool = True

    @contextmanager
    def on(self, network: nn.Module) -> Generator[None]:
        """Change the network for the length of a ``with`` block. Raises ValueError for what is no such UNet."""
        unet: Any = network
        widths = list(getattr(unet, "skip_widths", ()))
        if not widths or not hasattr(unet, "output_blocks"):
            raise ValueError("FreeU changes the skip connections of a UNet, and this model has none.")
        base = int(unet.config.model_channels)
        handles = [
            stage.register_forward_pre_hook(self._before(skip, base))
            for stage, skip in zip(unet.output_blocks, reversed(widths), strict=True)
        ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _before(self, skip_width: int, base: int) -> Any:
        def change(module: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...] | None:
            joined: Tensor = inputs[0]
            hidden, skip = joined[:, :-skip_width], joined[:, -skip_width:]
            place = {4 * base: 0, 2 * base: 1}.get(hidden.shape[1])
            if place is None:
                return None
            half, factor = hidden.shape[1] // 2, self.backbone[place]
            gain: Tensor | float = factor
            if self.by_mean:
                mean = hidden.mean(dim=1, keepdim=True)
                low, high = mean.amin(dim=(2, 3), keepdim=True), mean.amax(dim=(2, 3), keepdim=True)
                gain = 1 + (factor - 1) * (mean - low) / (high - low).clamp(min=1e-6)
            hidden = torch.cat([hidden[:, :half] * gain, hidden[:, half:]], dim=1)
            return (torch.cat([hidden, softened(skip, self.skip[place])], dim=1), *inputs[1:])

        return change
