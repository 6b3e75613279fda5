"""The decoder's UNet of lucidrains' DALL·E 2, under its published keys (https://github.com/lucidrains/DALLE2-pytorch).

One UNet paints at each size; those after the first read the grown smaller picture. Of the published options those are
built that the author's examples use: crossed kernels at the entrance, pixel shuffling, attention at chosen levels.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.multi_query import MemoryAttention, MultiQueryAttention

MEMORY_HEAD_WIDTH = 64


@dataclass(frozen=True)
class LucidrainsUNetConfig:
    """What shapes say. The defaults are the published example's.

    Attributes:
        in_channels, out_channels: of the picture (twice as many in for upsamplers, out with a learned variance).
        width: of the entrance and the exit; the timestep's embedding is four times as wide.
        level_channels: width after each level, finest first.
        res_blocks: further residual blocks of each level.
        memory_width: of the conditioning tokens.
        kernels: widths of the crossed convolutions at the entrance.
        attention_levels: levels with self-attention.
        attention_heads, attention_head_width: of it, and of the middle's.
        memory_heads: of cross-attention.
        groups: of norms.
        image_width: of CLIP's image embedding, 0 where the UNet reads none.
        text_width: of text features, 0 where it reads none.
        text_length: tokens of text.
        image_tokens, time_tokens: tokens made of each.
        reads_noise_level: whether it is told how much noise was put on the smaller picture.
        reads_small: whether the exit sees the smaller picture again.
    """

    in_channels: int = 3
    out_channels: int = 3
    width: int = 128
    level_channels: tuple[int, ...] = (128, 256, 512, 1024)
    res_blocks: tuple[int, ...] = (2, 2, 2, 2)
    memory_width: int = 64
    kernels: tuple[int, ...] = (3, 7, 15)
    kernel_channels: tuple[int, ...] = (64, 32, 32)
    attention_levels: tuple[int, ...] = ()
    attention_heads: int = 16
    attention_head_width: int = 32
    memory_heads: int = 8
    groups: int = 8
    image_width: int = 0
    text_width: int = 0
    text_length: int = 256
    image_tokens: int = 4
    time_tokens: int = 2
    reads_noise_level: bool = False
    reads_small: bool = False

    @property
    def time_width(self) -> int:
        """Width of the timestep's embedding."""
        return 4 * self.width


def sines_first(values: Tensor, width: int) -> Tensor:
    """Embed numbers [B] as sines, then cosines, [B, width]; the slowest frequency is exactly 1/10000."""
    half = width // 2
    frequencies = torch.exp(torch.arange(half, device=values.device) * (-math.log(10_000) / (half - 1)))
    angles = values.float()[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


class CrossedEntrance(nn.Module):
    """Convolutions of several widths side by side (key `convs.N`)."""

    def __init__(self, config: LucidrainsUNetConfig) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            [
                nn.Conv2d(config.in_channels, channels, kernel, padding=kernel // 2)
                for kernel, channels in zip(config.kernels, config.kernel_channels, strict=True)
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, in_channels, H, W] to [B, width, H, W]."""
        return torch.cat([conv(x) for conv in self.convs], dim=1)


class NormedConv(nn.Module):
    """Convolution, norm, scale and shift, SiLU. Keys: `project`, `norm`."""

    def __init__(self, channels: int, out_channels: int, groups: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(channels, out_channels, 3, padding=1)
        self.norm = nn.GroupNorm(groups, out_channels)

    def forward(self, x: Tensor, steering: Tensor | None = None) -> Tensor:
        """Map [B, C, H, W] to [B, C_out, H, W]; `steering` [B, 2·C_out, 1, 1] scales, then shifts."""
        x = self.norm(self.project(x))
        if steering is not None:
            scale, shift = steering.chunk(2, dim=1)
            x = x * (scale + 1) + shift
        return F.silu(x)


class SteeredBlock(nn.Module):
    """Residual block that reads the timestep and, where it has `cross_attn`, the conditioning tokens."""

    def __init__(self, channels: int, out_channels: int, config: LucidrainsUNetConfig, *, memory: bool = False) -> None:
        super().__init__()
        self.time_mlp = nn.Sequential(nn.SiLU(), nn.Linear(config.time_width, 2 * out_channels))
        self.block1 = NormedConv(channels, out_channels, config.groups)
        self.block2 = NormedConv(out_channels, out_channels, config.groups)
        self.res_conv = nn.Conv2d(channels, out_channels, 1) if channels != out_channels else nn.Identity()
        self.reads_memory = memory
        if memory:
            self.cross_attn = MemoryAttention(out_channels, config.memory_width, config.memory_heads, MEMORY_HEAD_WIDTH)

    def forward(self, x: Tensor, time: Tensor, memory: Tensor) -> Tensor:
        """Map [B, C, H, W], the timestep [B, time_width] and tokens [B, M, memory_width] to [B, C_out, H, W]."""
        pause_point()
        hidden = self.block1(x, self.time_mlp(time)[:, :, None, None])
        if self.reads_memory:
            places = hidden.flatten(2).transpose(1, 2)
            places = places + self.cross_attn(places, memory)
            hidden = places.transpose(1, 2).unflatten(2, (hidden.shape[-2], hidden.shape[-1]))
        return self.block2(hidden) + self.res_conv(x)


class Wrapped(nn.Module):
    """Adds a level to the names of a module's weights, as the published code does (key `fn`)."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.fn = inner


class PlaceAttention(nn.Module):
    """Self-attention over the places of a feature map with a residual (key `fn.fn`)."""

    def __init__(self, channels: int, config: LucidrainsUNetConfig) -> None:
        super().__init__()
        heads, head_width = config.attention_heads, config.attention_head_width
        self.fn = Wrapped(MultiQueryAttention(channels, heads, head_width, cosine=False))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C, H, W]."""
        places = x.flatten(2).transpose(1, 2)
        places = places + self.fn.fn(places)
        return places.transpose(1, 2).unflatten(2, (x.shape[-2], x.shape[-1]))


class DownLevel(nn.Module):
    """Keys: `1` (first block), `2.N` (further blocks), `3` (attention), `4` (halves the size, save at the last)."""

    def __init__(self, channels: int, out_channels: int, level: int, config: LucidrainsUNetConfig) -> None:
        super().__init__()
        memory = level > 0
        last = level + 1 == len(config.level_channels)
        attend = level in config.attention_levels
        blocks = [SteeredBlock(channels, channels, config, memory=memory) for _ in range(config.res_blocks[level])]
        self.add_module("1", SteeredBlock(channels, channels, config))
        self.add_module("2", nn.ModuleList(blocks))
        self.add_module("3", PlaceAttention(channels, config) if attend else nn.Identity())
        halve = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(4 * channels, out_channels, 1))
        self.add_module("4", nn.Conv2d(channels, out_channels, 1) if last else halve)

    def forward(self, x: Tensor, time: Tensor, memory: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the level's output and its skips."""
        first, blocks, attention, resample = self.children()
        x = first(x, time, memory)
        skips: list[Tensor] = []
        for block in blocks.children():
            x = block(x, time, memory)
            skips.append(x)
        x = attention(x)
        return resample(x), [*skips, x]


class UpLevel(nn.Module):
    """Keys: `0` (first block), `1.N` (further blocks), `2` (attention), `3.net.0` (doubles the size)."""

    def __init__(self, channels: int, out_channels: int, level: int, config: LucidrainsUNetConfig) -> None:
        super().__init__()
        memory, joined = level > 0, channels + out_channels
        count = config.res_blocks[level]
        blocks = [SteeredBlock(joined, channels, config, memory=memory) for _ in range(count)]
        self.add_module("0", SteeredBlock(joined, channels, config, memory=memory))
        self.add_module("1", nn.ModuleList(blocks))
        attend = level in config.attention_levels
        self.add_module("2", PlaceAttention(channels, config) if attend else nn.Identity())
        self.add_module("3", ShuffledUpsample(channels, out_channels) if level else nn.Identity())

    def forward(self, x: Tensor, time: Tensor, memory: Tensor, skips: list[Tensor]) -> Tensor:
        """Run the level, taking its skips off the end of the list."""
        first, blocks, attention, resample = self.children()
        for block in (first, *blocks.children()):
            x = block(torch.cat([x, skips.pop()], dim=1), time, memory)
        return resample(attention(x))


class ShuffledUpsample(nn.Module):
    """Doubles the size by reordering channels (key `net.0`)."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(channels, 4 * out_channels, 1), nn.SiLU(), nn.PixelShuffle(2))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C_out, 2H, 2W]."""
        return self.net(x)


@dataclass(frozen=True)
class LucidrainsSteering:
    """What steers the UNet; None stands for nothing, which the network has learned.

    Attributes:
        image: CLIP image embedding [B, image_width].
        sequence: text features [B, T, text_width].
        mask: [B, T], true for words; None for all of them.
        small: the smaller picture, grown to size, [B, C, H, W], for UNets after the first.
        noise_level: [B], how much noise was put on it.
    """

    image: Tensor | None = None
    sequence: Tensor | None = None
    mask: Tensor | None = None
    small: Tensor | None = None
    noise_level: Tensor | None = None


class LucidrainsUNet(nn.Module):
    """CLIP image embedding (and text) → noise, and variance where it is learned."""

    def __init__(self, config: LucidrainsUNetConfig) -> None:
        super().__init__()
        self.config = config
        self._build_conditions(config)
        self.init_conv = CrossedEntrance(config)
        widths = (config.width, *config.level_channels)
        levels = range(len(config.level_channels))
        self.downs = nn.ModuleList([DownLevel(widths[n], widths[n + 1], n, config) for n in levels])
        last = widths[-1]
        self.mid_block1 = SteeredBlock(last, last, config, memory=True)
        self.mid_attn = PlaceAttention(last, config)
        self.mid_block2 = SteeredBlock(last, last, config, memory=True)
        self.ups = nn.ModuleList([UpLevel(widths[n + 1], widths[n], n, config) for n in reversed(levels)])
        # The finest level leaves at the width it came in with, and the entrance's output joins it there.
        self.final_resnet_block = SteeredBlock(config.level_channels[0] + config.width, config.width, config)
        exit_width = config.width + (config.in_channels // 2 if config.reads_small else 0)
        self.to_out = nn.Conv2d(exit_width, config.out_channels, 1)

    def _build_conditions(self, config: LucidrainsUNetConfig) -> None:
        time, memory = config.time_width, config.memory_width
        self.null_image_embed = nn.Parameter(torch.zeros(1, config.image_tokens, memory))
        self.null_image_hiddens = nn.Parameter(torch.zeros(1, time))
        self.null_text_embed = nn.Parameter(torch.zeros(1, config.text_length, memory))
        # Position 0 of each made sinusoids.
        self.to_time_hiddens = nn.Sequential(nn.Identity(), nn.Linear(config.width, time), nn.GELU())
        self.to_time_tokens = nn.Sequential(nn.Linear(time, memory * config.time_tokens))
        self.to_time_cond = nn.Sequential(nn.Linear(time, time))
        self.norm_cond = nn.LayerNorm(memory)
        self.norm_mid_cond = nn.LayerNorm(memory)
        if config.image_width:
            self.to_image_hiddens = nn.Sequential(nn.Linear(config.image_width, time), nn.GELU())
            self.image_to_tokens = nn.Sequential(nn.Linear(config.image_width, memory * config.image_tokens))
        if config.text_width:
            self.text_to_cond = nn.Linear(config.text_width, memory)
        if config.reads_noise_level:
            self.to_lowres_noise_cond = nn.Sequential(
                nn.Identity(), nn.Linear(config.width, time), nn.GELU(), nn.Linear(time, time)
            )

    def _vector(self, timesteps: Tensor, steering: LucidrainsSteering, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """Return the timestep's embedding with what is added to it, and the timestep's tokens."""
        config = self.config
        hidden = self.to_time_hiddens(sines_first(timesteps, config.width).to(dtype))
        vector = self.to_time_cond(hidden)
        if config.reads_noise_level and steering.noise_level is not None:
            vector = vector + self.to_lowres_noise_cond(sines_first(steering.noise_level, config.width).to(dtype))
        if config.image_width:
            image = steering.image
            vector = vector + (self.null_image_hiddens if image is None else self.to_image_hiddens(image))
        return vector, self.to_time_tokens(hidden).unflatten(1, (config.time_tokens, -1))

    def _text(self, steering: LucidrainsSteering, batch: int) -> Tensor:
        """Return [B, text_length, memory_width]; padding takes the learned token of its place."""
        nothing = self.null_text_embed.expand(batch, -1, -1)
        if steering.sequence is None:
            return nothing
        length = self.config.text_length
        tokens = self.text_to_cond(steering.sequence[:, :length])
        mask = steering.mask
        mask = tokens.new_ones(tokens.shape[:2], dtype=torch.bool) if mask is None else mask[:, :length]
        missing = length - tokens.shape[1]
        return torch.where(F.pad(mask, (0, missing))[..., None], F.pad(tokens, (0, 0, 0, missing)), nothing)

    def forward(self, x: Tensor, timesteps: Tensor, steering: LucidrainsSteering) -> Tensor:
        """Predict from a noisy picture [B, C, H, W] and timesteps [B]; returns [B, out_channels, H, W]."""
        config, batch = self.config, len(x)
        if steering.small is not None:
            x = torch.cat([x, steering.small], dim=1)
        vector, memory = self._vector(timesteps, steering, x.dtype)
        if config.image_width:
            image = self.null_image_embed.expand(batch, -1, -1)
            if steering.image is not None:
                image = self.image_to_tokens(steering.image).unflatten(1, (config.image_tokens, -1))
            memory = torch.cat([memory, image], dim=1)
        whole = torch.cat([memory, self._text(steering, batch)], dim=1) if config.text_width else memory
        memory, whole = self.norm_cond(memory), self.norm_mid_cond(whole)
        entrance = self.init_conv(x)
        hidden, skips = entrance, list[Tensor]()
        for level in self.downs:
            hidden, more = level(hidden, vector, memory)
            skips += more
        hidden = self.mid_block2(self.mid_attn(self.mid_block1(hidden, vector, whole)), vector, whole)
        for level in self.ups:
            hidden = level(hidden, vector, memory, skips)
        hidden = self.final_resnet_block(torch.cat([hidden, entrance], dim=1), vector, memory)
        if config.reads_small and steering.small is not None:
            hidden = torch.cat([hidden, steering.small], dim=1)
        return self.to_out(hidden)
