"""Residual and resampling blocks of the latent-diffusion UNet (Rombach et al. 2022; Dhariwal & Nichol 2021)."""

import torch.nn.functional as F
from torch import Tensor, nn

NORM_GROUPS = 32


class ResBlock(nn.Module):
    """Two convolutions with the timestep embedding added between them.

    Keys: `in_layers.{0,2}`, `emb_layers.1`, `out_layers.{0,3}` and, where the width changes, `skip_connection`.
    """

    def __init__(self, channels: int, embedding_width: int, out_channels: int) -> None:
        super().__init__()
        self.in_layers = nn.Sequential(
            nn.GroupNorm(NORM_GROUPS, channels), nn.SiLU(), nn.Conv2d(channels, out_channels, 3, padding=1)
        )
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(embedding_width, out_channels))
        # The published keys number the convolution 3: position 2 belongs to a dropout that inference never uses.
        self.out_layers = nn.Sequential(
            nn.GroupNorm(NORM_GROUPS, out_channels),
            nn.SiLU(),
            nn.Identity(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1),
        )
        self.skip_connection = nn.Identity() if channels == out_channels else nn.Conv2d(channels, out_channels, 1)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """Map [B, C, H, W] and an embedding [B, E] to [B, C_out, H, W]."""
        hidden = self.in_layers(x)
        hidden = hidden + self.emb_layers(embedding)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(hidden)


class Downsample(nn.Module):
    """Halve height and width with a strided convolution (key `op`); odd sizes round up."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C, ceil(H/2), ceil(W/2)]."""
        return self.op(x)


class Upsample(nn.Module):
    """Grow to a given size by nearest neighbour, then convolve (key `conv`)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor, size: tuple[int, int] | None = None) -> Tensor:
        """Map [B, C, H, W] to `size` if given, else to twice the size.

        The size of the skip connection is passed in so that latents whose sides are not multiples of the
        network's stride still line up.
        """
        if size is None:
            size = (x.shape[-2] * 2, x.shape[-1] * 2)
        return self.conv(F.interpolate(x, size=size, mode="nearest"))
