"""The KL autoencoder of latent diffusion (Rombach et al. 2022, VQGAN's convolutional body) under its published keys."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.residual import NORM_GROUPS, Upsample


@dataclass(frozen=True)
class AutoencoderConfig:
    """What shapes and keys of an autoencoder file say about it. The defaults are Stable Diffusion 1 (KL-f8).

    Attributes:
        image_channels: channels of the picture.
        base_channels: width of the encoder's first convolution.
        level_channels: width of each resolution level, finest first; each further level halves the size.
        res_blocks: residual blocks of each encoder level (the decoder has one more).
        attention_levels: levels whose blocks are followed by attention (none in Stable Diffusion).
        latent_channels: channels of the latent inside encoder and decoder.
        embedding_channels: channels of the latent outside, past the 1×1 convolutions; None where there are none.
        middle_attention: whether the middle attends (not in vq-f4-noattn and the autoencoder of inpainting_big).
    """

    image_channels: int = 3
    base_channels: int = 128
    level_channels: tuple[int, ...] = (128, 256, 512, 512)
    res_blocks: int = 2
    attention_levels: tuple[int, ...] = ()
    latent_channels: int = 4
    embedding_channels: int | None = 4
    middle_attention: bool = True

    @property
    def factor(self) -> int:
        """Pixels per latent cell along each side."""
        return 2 ** (len(self.level_channels) - 1)


def _norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(NORM_GROUPS, channels, eps=1e-6)


class AutoencoderResBlock(nn.Module):
    """Two normalised convolutions with a residual. Keys: `norm1`, `conv1`, `norm2`, `conv2`, `nin_shortcut`."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.norm1 = _norm(channels)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1)
        self.norm2 = _norm(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.nin_shortcut = nn.Conv2d(channels, out_channels, 1) if channels != out_channels else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C_out, H, W]."""
        pause_point()
        hidden = self.conv1(F.silu(self.norm1(x)))
        hidden = self.conv2(F.silu(self.norm2(hidden)))
        return self.nin_shortcut(x) + hidden


class AutoencoderAttention(nn.Module):
    """Single-head self-attention over positions. Keys: `norm`, `q`, `k`, `v`, `proj_out` as 1×1 convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = _norm(channels)
        self.q = nn.Conv2d(channels, channels, 1)
        self.k = nn.Conv2d(channels, channels, 1)
        self.v = nn.Conv2d(channels, channels, 1)
        self.proj_out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C, H, W]."""
        pause_point()
        hidden = self.norm(x)
        query, key, value = (
            layer(hidden).permute(0, 2, 3, 1).flatten(1, 2).unsqueeze(1) for layer in (self.q, self.k, self.v)
        )
        mixed = F.scaled_dot_product_attention(query, key, value).squeeze(1)
        mixed = mixed.unflatten(1, (x.shape[-2], x.shape[-1])).permute(0, 3, 1, 2)
        return x + self.proj_out(mixed)


class AutoencoderDownsample(nn.Module):
    """Halve the size with a convolution padded on the right and the bottom only (key `conv`)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C, H//2, W//2]."""
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Level(nn.Module):
    """One resolution: `block.M`, `attn.M` where the level attends, and `downsample` or `upsample`."""

    def __init__(
        self, channels: int, out_channels: int, blocks: int, *, attend: bool, resample: nn.Module | None, name: str
    ) -> None:
        super().__init__()
        widths = [channels] + [out_channels] * (blocks - 1)
        self.block = nn.ModuleList([AutoencoderResBlock(width, out_channels) for width in widths])
        self.attn = nn.ModuleList([AutoencoderAttention(out_channels) for _ in range(blocks if attend else 0)])
        self.resample_name = name if resample is not None else None
        if resample is not None:
            self.add_module(name, resample)

    def forward(self, x: Tensor) -> Tensor:
        """Run the level's blocks, then its resampling."""
        for index, block in enumerate(self.block):
            x = block(x)
            if len(self.attn):
                x = self.attn[index](x)
        return x if self.resample_name is None else self.get_submodule(self.resample_name)(x)


class Middle(nn.Module):
    """Block, attention, block at the coarsest resolution."""

    def __init__(self, channels: int, *, attend: bool = True) -> None:
        super().__init__()
        self.block_1 = AutoencoderResBlock(channels, channels)
        self.attn_1 = AutoencoderAttention(channels) if attend else nn.Identity()
        self.block_2 = AutoencoderResBlock(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C, H, W]."""
        return self.block_2(self.attn_1(self.block_1(x)))


class Encoder(nn.Module):
    """Picture → moments of the latent, or with `out_channels` whatever has that many channels."""

    def __init__(self, config: AutoencoderConfig, out_channels: int | None = None) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(config.image_channels, config.base_channels, 3, padding=1)
        self.down = nn.ModuleList()
        channels = config.base_channels
        for level, width in enumerate(config.level_channels):
            last = level + 1 == len(config.level_channels)
            self.down.append(
                Level(
                    channels,
                    width,
                    config.res_blocks,
                    attend=level in config.attention_levels,
                    resample=None if last else AutoencoderDownsample(width),
                    name="downsample",
                )
            )
            channels = width
        self.mid = Middle(channels, attend=config.middle_attention)
        self.norm_out = _norm(channels)
        self.conv_out = nn.Conv2d(channels, out_channels or 2 * config.latent_channels, 3, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        """Map [B, image_channels, H, W] to [B, out_channels, H/f, W/f]: means, then log-variances."""
        hidden = self.conv_in(image)
        for level in self.down:
            hidden = level(hidden)
        return self.conv_out(F.silu(self.norm_out(self.mid(hidden))))


class Decoder(nn.Module):
    """Latent → picture."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        channels = config.level_channels[-1]
        self.conv_in = nn.Conv2d(config.latent_channels, channels, 3, padding=1)
        self.mid = Middle(channels, attend=config.middle_attention)
        # Level 0 is the finest although the decoder runs it last: the published keys count that way.
        levels: list[Level] = []
        for level in reversed(range(len(config.level_channels))):
            width = config.level_channels[level]
            levels.append(
                Level(
                    channels,
                    width,
                    config.res_blocks + 1,
                    attend=level in config.attention_levels,
                    resample=Upsample(width) if level else None,
                    name="upsample",
                )
            )
            channels = width
        self.up = nn.ModuleList(reversed(levels))
        self.norm_out = _norm(channels)
        self.conv_out = nn.Conv2d(channels, config.image_channels, 3, padding=1)

    def forward(self, latent: Tensor) -> Tensor:
        """Map [B, latent_channels, h, w] to [B, image_channels, h·f, w·f]."""
        hidden = self.mid(self.conv_in(latent))
        for index in reversed(range(len(self.up))):
            hidden = self.up[index](hidden)
        return self.conv_out(F.silu(self.norm_out(hidden)))


class AutoencoderKL(nn.Module):
    """Pixels ⇄ latent. Latents here are unscaled; whoever diffuses them multiplies by the family's factor."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        embedding = config.embedding_channels
        self.quant_conv = nn.Identity()
        self.post_quant_conv = nn.Identity()
        if embedding is not None:
            self.quant_conv = nn.Conv2d(2 * config.latent_channels, 2 * embedding, 1)
            self.post_quant_conv = nn.Conv2d(embedding, config.latent_channels, 1)

    def encode(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Encode pictures [B, 3, H, W] in -1..1 to mean and log-variance, each [B, C, H/f, W/f].

        The log-variance is clamped to -30..20 as in the published code.
        """
        mean, logvar = self.quant_conv(self.encoder(image)).chunk(2, dim=1)
        return mean, logvar.clamp(-30.0, 20.0)

    def decode(self, latent: Tensor) -> Tensor:
        """Decode unscaled latents [B, C, h, w] to pictures [B, 3, h·f, w·f], about -1..1 and not clamped."""
        return self.decoder(self.post_quant_conv(latent))

    def forward(self, image: Tensor, noise: Tensor | None = None) -> Tensor:
        """Encode and decode; with `noise` [B, C, H/f, W/f] the latent is drawn, without it the mean is used."""
        mean, logvar = self.encode(image)
        return self.decode(mean if noise is None else mean + torch.exp(0.5 * logvar) * noise)
