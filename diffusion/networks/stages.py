"""How UNets put their layers under `input_blocks`, `middle_block` and `output_blocks` (Dhariwal & Nichol 2021).

Every UNet of the field counts its layers in this one way; the families differ in what the layers are.
"""

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor, nn

from diffusion.networks.attention import SpatialTransformer
from diffusion.networks.attention_block import AttentionBlock
from diffusion.networks.interrupt import pause_point
from diffusion.networks.residual import ResBlock, Upsample
from diffusion.networks.split_attention import SplitAttentionBlock


class Stage(nn.ModuleList):
    """The layers under one number of `input_blocks`, `middle_block` or `output_blocks`."""

    def forward(
        self,
        x: Tensor,
        embedding: Tensor,
        context: Tensor | None,
        size: tuple[int, int] | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Run the layers in order, handing each what it takes.

        Args:
            x: [B, C, H, W].
            embedding: of the timestep, [B, E].
            context: text features [B, T, D].
            size: where an upsampling ends.
            mask: [B, T], true for real tokens.
        """
        for layer in self:
            pause_point()
            if isinstance(layer, ResBlock):
                x = layer(x, embedding, size)
            elif isinstance(layer, SpatialTransformer):
                x = layer(x, context)
            elif isinstance(layer, AttentionBlock | SplitAttentionBlock):
                x = layer(x, context, mask)
            elif isinstance(layer, Upsample):
                x = layer(x, size)
            else:
                x = layer(x)
        return x


class Layers(Protocol):
    """What a family puts where."""

    def at_level(self, channels: int, level: int) -> list[nn.Module]:
        """Return a residual block from `channels` to the level's width, and what attends after it."""
        ...

    def downsample(self, channels: int) -> nn.Module:
        """Return what halves the size."""
        ...

    def upsample(self, channels: int) -> nn.Module:
        """Return what doubles the size."""
        ...


def input_stages(
    layers: Layers, first: nn.Conv2d, level_channels: Sequence[int], res_blocks: Sequence[int]
) -> tuple[nn.ModuleList, list[int]]:
    """Build the way down; returns it with the width after each of its stages, which the way up takes as skips."""
    stages = nn.ModuleList([Stage([first])])
    widths = [first.out_channels]
    for level, width in enumerate(level_channels):
        for _ in range(res_blocks[level]):
            stages.append(Stage(layers.at_level(widths[-1], level)))
            widths.append(width)
        if level + 1 < len(level_channels):
            stages.append(Stage([layers.downsample(width)]))
            widths.append(width)
    return stages, widths


def output_stages(
    layers: Layers, level_channels: Sequence[int], res_blocks: Sequence[int], skip_widths: Sequence[int]
) -> nn.ModuleList:
    """Build the way up, one residual block a level more than on the way down, each taking a skip."""
    remaining = list(skip_widths)
    channels = remaining[-1]
    stages = nn.ModuleList()
    for level in reversed(range(len(level_channels))):
        blocks = res_blocks[level] + 1
        for index in range(blocks):
            stage = Stage(layers.at_level(channels + remaining.pop(), level))
            channels = level_channels[level]
            if level and index == blocks - 1:
                stage.append(layers.upsample(channels))
            stages.append(stage)
    return stages
