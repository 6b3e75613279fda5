"""A UNet that works on patches of pixels: quick on a CPU, and all that our own pixel models need.

Cutting a picture into patches and stacking each patch's pixels as channels moves the work to a coarser grid
(Hoogeboom et al. 2023, "simple diffusion", section 3.2). Such a network should predict the clean picture: a patch of
noise does not fit through few channels, a patch of a picture does (Li & He 2025, "Back to basics").
"""

from collections.abc import Sequence
from math import isqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.unet import UNet, UNetConfig

COLOURS = 3


class PatchedUNet(UNet):
    """A UNet under Stable Diffusion's key names whose channels are the pixels of patches.

    Keys besides: `image_tokens`, which turns a CLIP image embedding into tokens that join the text's (Ramesh et al.
    2022, section 2.1); the embedding also enters as the vector `y`.
    """

    def __init__(self, config: UNetConfig, *, image_tokens: int = 0) -> None:
        """Build it for `config`, whose channels are counted in patches; `image_tokens`: tokens of an embedding.

        Raises:
            ValueError: the outputs are not the colours of a square patch.
        """
        super().__init__(config)
        self.patch = patch_of(config.out_channels)
        self.image_tokens = None
        if image_tokens:
            self.image_tokens = nn.Linear(config.label_size, image_tokens * config.context_width)

    @property
    def enlarges(self) -> bool:
        """Whether it reads a small picture, grown to its own size, behind the noisy one."""
        return self.config.in_channels == 2 * self.config.out_channels

    def forward(
        self,
        x: Tensor,
        timesteps: Tensor,
        context: Tensor | None = None,
        y: Tensor | None = None,
        residuals: Sequence[Tensor] | None = None,
        features: Sequence[Tensor] | None = None,
    ) -> Tensor:
        """Predict from noisy pixels.

        Args:
            x: [B, 3, H, W], or [B, 6, H, W] with the grown small picture behind; H and W multiples of the patch.
            timesteps: [B], 0 to 999.
            context: text features [B, T, context_width], where it reads text.
            y: vector [B, label_size], where it takes one: an image embedding, or word of the small picture's noise.
            residuals, features: as for `UNet`, on the grid of patches.

        Returns:
            [B, 3, H, W].
        """
        if self.image_tokens is not None:
            if y is None or context is None:
                raise ValueError("this decoder reads text features and an image embedding, and one was not given")
            tokens = self.image_tokens(y.to(x.dtype)).unflatten(1, (-1, self.config.context_width))
            context = torch.cat([context, tokens], dim=1)
        grid = F.pixel_unshuffle(x, self.patch)
        return F.pixel_shuffle(super().forward(grid, timesteps, context, y, residuals, features), self.patch)


def patch_of(out_channels: int) -> int:
    """Return the side of the patch whose colours are `out_channels` channels.

    Raises:
        ValueError: no square patch of three colours has so many.
    """
    side = isqrt(out_channels // COLOURS)
    if side < 1 or COLOURS * side * side != out_channels:
        raise ValueError(f"{out_channels} channels are not the three colours of a square patch of pixels")
    return side
