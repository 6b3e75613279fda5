"""Classifier-free guidance (Ho & Salimans 2022)."""

import torch
from torch import Tensor

from diffusion.conditioning import Conditioning, stack
from diffusion.denoiser import ConditionedDenoiser


class ClassifierFreeGuidance:
    """A denoiser that goes from the negative prediction towards, and past, the positive one.

    x̂0 = negative + scale · (positive - negative). Both come from one forward pass of twice the batch where their
    lengths allow it; at scale 1 the negative has no weight and is not computed.
    """

    def __init__(
        self, denoiser: ConditionedDenoiser, positive: Conditioning, negative: Conditioning | None, scale: float
    ) -> None:
        self._denoiser = denoiser
        self._positive = positive
        self._negative = None if scale == 1.0 else negative
        self._scale = scale
        self._stacked: dict[int, Conditioning] = {}

    def _both(self, batch: int, negative: Conditioning) -> Conditioning:
        # The conditioning does not change over a run: it is stacked once for each batch size.
        if batch not in self._stacked:
            self._stacked[batch] = stack(self._positive.expand(batch), negative.expand(batch))
        return self._stacked[batch]

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Denoise x [B, C, H, W] at level σ."""
        batch = x.shape[0]
        if self._negative is None:
            return self._denoiser(x, sigma, self._positive.expand(batch))
        if self._positive.context.shape[1:] == self._negative.context.shape[1:]:
            doubled = torch.cat([x, x])
            positive, negative = self._denoiser(doubled, sigma, self._both(batch, self._negative)).chunk(2)
        else:
            positive = self._denoiser(x, sigma, self._positive.expand(batch))
            negative = self._denoiser(x, sigma, self._negative.expand(batch))
        return negative + self._scale * (positive - negative)
