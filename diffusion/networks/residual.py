"""Residual and resampling blocks of UNets (Rombach et al. 2022; Dhariwal & Nichol 2021; Saharia et al. 2022)."""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.convolution import Convolution

NORM_GROUPS = 32

Resample = Literal["up", "down"]
Norm = Literal["group", "position"]


class PositionNorm(nn.Module):
    """Normalises the channels of each position (Ba et al. 2016). Key: `weight`; there is no bias."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape."""
        across = x.permute(0, 2, 3, 1)
        return F.layer_norm(across, across.shape[-1:], self.weight.to(x.dtype)).permute(0, 3, 1, 2)


def norm_layer(kind: Norm, channels: int) -> nn.Module:
    """Return the norm by name."""
    return PositionNorm(channels) if kind == "position" else nn.GroupNorm(NORM_GROUPS, channels)


@dataclass(frozen=True)
class ResidualStyle:
    """How the residual blocks of a family differ from latent diffusion's, which is the default.

    Attributes:
        scale_shift: the embedding scales and shifts after the second norm instead of being added before it.
        activation: between the layers.
        activate_embedding: false where the caller has activated the embedding once for all blocks (IF's second stage).
        residual_scale: factor on the sum with the residual.
        norm: "group" normalises groups of channels over the whole picture; "position" the channels of each position
            alone, so that a part of a picture is treated as it is in the whole.
    """

    scale_shift: bool = False
    activation: Literal["silu", "gelu"] = "silu"
    activate_embedding: bool = True
    residual_scale: float = 1.0
    norm: Norm = "group"


LATENT_STYLE = ResidualStyle()


def activation_layer(name: Literal["silu", "gelu"]) -> nn.Module:
    """Return the activation by name; GELU is the exact one."""
    return nn.SiLU() if name == "silu" else nn.GELU()


def resize_nearest(x: Tensor, size: tuple[int, int] | None) -> Tensor:
    """Grow [B, C, H, W] by nearest neighbour to `size` if given, else to twice the size.

    The size of the skip connection is passed in so that feature maps whose sides are not multiples of the network's
    stride still line up.
    """
    return F.interpolate(x, size=size or (x.shape[-2] * 2, x.shape[-1] * 2), mode="nearest")


class ResBlock(nn.Module):
    """Two convolutions with the timestep embedding entering between them.

    Keys: `in_layers.{0,2}`, `emb_layers.1`, `out_layers.{0,3}` and, where the width changes, `skip_connection`.
    With `resample`, the block changes the size before its first convolution, and its residual with it.
    """

    def __init__(
        self,
        channels: int,
        embedding_width: int,
        out_channels: int,
        *,
        style: ResidualStyle = LATENT_STYLE,
        resample: Resample | None = None,
    ) -> None:
        super().__init__()
        self.style = style
        self.resample = resample
        self.in_layers = nn.Sequential(
            norm_layer(style.norm, channels),
            activation_layer(style.activation),
            Convolution(channels, out_channels, 3, padding=1),
        )
        self.emb_layers = nn.Sequential(
            activation_layer(style.activation) if style.activate_embedding else nn.Identity(),
            nn.Linear(embedding_width, out_channels * 2 if style.scale_shift else out_channels),
        )
        # The published keys number the convolution 3: position 2 belongs to a dropout that inference never uses.
        self.out_layers = nn.Sequential(
            norm_layer(style.norm, out_channels),
            activation_layer(style.activation),
            nn.Identity(),
            Convolution(out_channels, out_channels, 3, padding=1),
        )
        self.skip_connection = nn.Identity() if channels == out_channels else nn.Conv2d(channels, out_channels, 1)

    def _resampled(self, x: Tensor, size: tuple[int, int] | None) -> Tensor:
        if self.resample is None:
            return x
        return resize_nearest(x, size) if self.resample == "up" else F.avg_pool2d(x, 2, ceil_mode=True)

    def forward(self, x: Tensor, embedding: Tensor, size: tuple[int, int] | None = None) -> Tensor:
        """Map [B, C, H, W] and an embedding [B, E] to [B, C_out, H, W], or to `size` where the block grows."""
        hidden = self._resampled(self.in_layers[1](self.in_layers[0](x)), size)
        hidden = self.in_layers[2](hidden)
        steering = self.emb_layers(embedding)[:, :, None, None]
        if self.style.scale_shift:
            scale, shift = steering.chunk(2, dim=1)
            normed = self.out_layers[0](hidden) * (1 + scale) + shift
            hidden = self.out_layers[3](self.out_layers[1](normed))
        else:
            hidden = self.out_layers(hidden + steering)
        total = self.skip_connection(self._resampled(x, size)) + hidden
        return total if self.style.residual_scale == 1 else total * self.style.residual_scale


class Downsample(nn.Module):
    """Halve height and width with a strided convolution (key `op`); odd sizes round up."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C, ceil(H/2), ceil(W/2)]."""
        return self.op(x)


class Upsample(nn.Module):
    """Grow by nearest neighbour, then convolve (key `conv`)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor, size: tuple[int, int] | None = None) -> Tensor:
        """Map [B, C, H, W] to `size` if given, else to twice the size."""
        return self.conv(resize_nearest(x, size))
