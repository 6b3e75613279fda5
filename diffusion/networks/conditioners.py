"""What latent diffusion (Rombach et al. 2022) makes of classes and of maps before they steer a UNet."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ClassEmbedder(nn.Module):
    """A class as a sequence of one token (key `embedding`); the last of 1001 classes stands for none."""

    def __init__(self, classes: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(classes, width)

    def forward(self, classes: Tensor) -> Tensor:
        """Map class ids [B] int64 to [B, 1, width]."""
        return self.embedding(classes)[:, None]


class SpatialRescaler(nn.Module):
    """Shrinks a map to the latent's size and mixes its channels (key `channel_mapper`, without bias)."""

    def __init__(self, channels: int, out_channels: int, stages: int = 2) -> None:
        """Args: channels in and out; how often the size is halved."""
        super().__init__()
        self.stages = stages
        self.channel_mapper = nn.Conv2d(channels, out_channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, channels, H, W] to [B, out_channels, H/2ⁿ, W/2ⁿ]."""
        for _ in range(self.stages):
            x = F.interpolate(x, scale_factor=0.5, mode="bilinear")
        return self.channel_mapper(x)


def one_hot_map(labels: Tensor, classes: int) -> Tensor:
    """Return a map of labels [B, H, W] int64 as [B, classes, H, W] float32, 1 where the label is the channel's.

    Raises:
        ValueError: a label is not one of the classes.
    """
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        raise ValueError(f"the map has labels {low} to {high}, and this model knows 0 to {classes - 1}")
    return F.one_hot(labels, classes).movedim(-1, 1).to(torch.float32)
