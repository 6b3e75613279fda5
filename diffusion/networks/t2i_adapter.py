"""T2I-Adapter (Mou et al. 2023): a small network that reads a control picture once, whatever the step."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point


@dataclass(frozen=True)
class T2IAdapterConfig:
    """What shapes say about an adapter. The defaults are those for Stable Diffusion 1.

    Attributes:
        hint_channels: of the control picture, 3 or 1.
        factor: pixels that become one cell; 8, or 16 for SDXL.
        level_channels: width of each level's features.
        res_blocks: of each level.
        halved: levels that begin at half the size of the one before.
    """

    hint_channels: int = 3
    factor: int = 8
    level_channels: tuple[int, ...] = (320, 640, 1280, 1280)
    res_blocks: int = 2
    halved: tuple[int, ...] = (1, 2, 3)


class AdapterBlock(nn.Module):
    """A residual block without norms. Keys: `in_conv` where the width changes, `block1`, `block2`."""

    def __init__(self, channels: int, out_channels: int, *, halved: bool) -> None:
        super().__init__()
        self.halved = halved
        self.in_conv = nn.Conv2d(channels, out_channels, 1) if channels != out_channels else nn.Identity()
        self.block1 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.block2 = nn.Conv2d(out_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, out_channels, H or H/2, W or W/2]."""
        pause_point()
        if self.halved:
            x = F.avg_pool2d(x, 2, ceil_mode=True)
        x = self.in_conv(x)
        return x + self.block2(self.block1(x).relu())


class T2IAdapter(nn.Module):
    """Control picture → features for the levels of a UNet's way down. Keys: `conv_in`, `body.N`."""

    def __init__(self, config: T2IAdapterConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.level_channels
        self.conv_in = nn.Conv2d(config.hint_channels * config.factor**2, widths[0], 3, padding=1)
        blocks: list[nn.Module] = []
        for level, width in enumerate(widths):
            before = widths[max(0, level - 1)]
            for index in range(config.res_blocks):
                first = index == 0
                blocks.append(AdapterBlock(before if first else width, width, halved=first and level in config.halved))
        self.body = nn.ModuleList(blocks)

    def forward(self, hint: Tensor) -> list[Tensor]:
        """Read a control picture [B, hint_channels, H, W] in 0..1, sides multiples of 16; features by level."""
        hidden = self.conv_in(F.pixel_unshuffle(hint, self.config.factor))
        features: list[Tensor] = []
        for number, block in enumerate(self.body):
            hidden = block(hidden)
            if (number + 1) % self.config.res_blocks == 0:
                features.append(hidden)
        return features
