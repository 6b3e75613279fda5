"""MoVQ (Zheng et al. 2022), the autoencoder of Kandinsky 2: a VQ autoencoder whose decoder looks at the latent again.

Each norm of the decoder is followed by a scale and a shift read off the latent at that place ("modulated"). Keys are
the authors'; `checkpoints/keys/movq.py` reads files of diffusers.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.autoencoder import AutoencoderConfig, Encoder
from diffusion.networks.interrupt import pause_point
from diffusion.networks.residual import NORM_GROUPS, Upsample
from diffusion.networks.vq import Codebook, VQConfig


class SpatialNorm(nn.Module):
    """A group norm steered by the latent. Keys: `norm_layer`, `conv_y`, `conv_b`."""

    def __init__(self, channels: int, latent_channels: int) -> None:
        super().__init__()
        self.norm_layer = nn.GroupNorm(NORM_GROUPS, channels, eps=1e-6)
        self.conv_y = nn.Conv2d(latent_channels, channels, 1)
        self.conv_b = nn.Conv2d(latent_channels, channels, 1)

    def forward(self, x: Tensor, latent: Tensor) -> Tensor:
        """Map [B, C, H, W] and a latent [B, c, h, w] of any size to [B, C, H, W]."""
        grown = F.interpolate(latent, size=x.shape[-2:], mode="nearest")
        return self.norm_layer(x) * self.conv_y(grown) + self.conv_b(grown)


class SpatialResBlock(nn.Module):
    """Two convolutions with a residual. Keys: `norm1`, `conv1`, `norm2`, `conv2`, `nin_shortcut`."""

    def __init__(self, channels: int, out_channels: int, latent_channels: int) -> None:
        super().__init__()
        self.norm1 = SpatialNorm(channels, latent_channels)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1)
        self.norm2 = SpatialNorm(out_channels, latent_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.nin_shortcut = nn.Conv2d(channels, out_channels, 1) if channels != out_channels else nn.Identity()

    def forward(self, x: Tensor, latent: Tensor) -> Tensor:
        """Map [B, C, H, W] and a latent to [B, C_out, H, W]."""
        pause_point()
        hidden = self.conv1(F.silu(self.norm1(x, latent)))
        return self.nin_shortcut(x) + self.conv2(F.silu(self.norm2(hidden, latent)))


class SpatialAttention(nn.Module):
    """Self-attention of one head over positions. Keys: `norm`, and `q`, `k`, `v`, `proj_out` as 1×1 convolutions."""

    def __init__(self, channels: int, latent_channels: int) -> None:
        super().__init__()
        self.norm = SpatialNorm(channels, latent_channels)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x: Tensor, latent: Tensor) -> Tensor:
        """Map [B, C, H, W] and a latent to [B, C, H, W]."""
        pause_point()
        hidden = self.norm(x, latent)
        query, key, value = (layer(hidden).flatten(2).transpose(1, 2)[:, None] for layer in (self.q, self.k, self.v))
        mixed = F.scaled_dot_product_attention(query, key, value)[:, 0]
        return x + self.proj_out(mixed.transpose(1, 2).unflatten(2, (x.shape[-2], x.shape[-1])))


class SpatialLevel(nn.Module):
    """One resolution of the decoder: `block.M`, `attn.M` where it attends, `upsample`."""

    def __init__(self, channels: int, out_channels: int, blocks: int, latent: int, *, attend: bool, grow: bool) -> None:
        super().__init__()
        widths = [channels] + [out_channels] * (blocks - 1)
        self.block = nn.ModuleList([SpatialResBlock(width, out_channels, latent) for width in widths])
        self.attn = nn.ModuleList([SpatialAttention(out_channels, latent) for _ in range(blocks if attend else 0)])
        self.upsample = Upsample(out_channels) if grow else nn.Identity()

    def forward(self, x: Tensor, latent: Tensor) -> Tensor:
        """Run the level's blocks, then its upsampling."""
        for index, block in enumerate(self.block):
            x = block(x, latent)
            if len(self.attn):
                x = self.attn[index](x, latent)
        return self.upsample(x)


class SpatialMiddle(nn.Module):
    """Block, attention, block at the coarsest resolution. Keys: `block_1`, `attn_1`, `block_2`."""

    def __init__(self, channels: int, latent_channels: int) -> None:
        super().__init__()
        self.block_1 = SpatialResBlock(channels, channels, latent_channels)
        self.attn_1 = SpatialAttention(channels, latent_channels)
        self.block_2 = SpatialResBlock(channels, channels, latent_channels)

    def forward(self, x: Tensor, latent: Tensor) -> Tensor:
        """Map [B, C, H, W] and a latent to [B, C, H, W]."""
        return self.block_2(self.attn_1(self.block_1(x, latent), latent), latent)


class SpatialDecoder(nn.Module):
    """Latent → picture. Keys: `conv_in`, `mid`, `up.N` (the finest is 0), `norm_out`, `conv_out`."""

    def __init__(self, config: AutoencoderConfig, code_width: int) -> None:
        super().__init__()
        channels = config.level_channels[-1]
        self.conv_in = nn.Conv2d(config.latent_channels, channels, 3, padding=1)
        self.mid = SpatialMiddle(channels, code_width)
        levels: list[SpatialLevel] = []
        for level in reversed(range(len(config.level_channels))):
            width = config.level_channels[level]
            attend = level in config.attention_levels
            levels.append(
                SpatialLevel(channels, width, config.res_blocks + 1, code_width, attend=attend, grow=level > 0)
            )
            channels = width
        self.up = nn.ModuleList(reversed(levels))
        self.norm_out = SpatialNorm(channels, code_width)
        self.conv_out = nn.Conv2d(channels, config.image_channels, 3, padding=1)

    def forward(self, hidden: Tensor, latent: Tensor) -> Tensor:
        """Map [B, latent_channels, h, w] and the latent it came from to [B, image_channels, h·f, w·f]."""
        x = self.mid(self.conv_in(hidden), latent)
        for level in reversed(self.up):
            x = level(x, latent)
        return self.conv_out(F.silu(self.norm_out(x, latent)))


class MoVQ(nn.Module):
    """Pixels ⇄ latent.

    Keys: `encoder`, `decoder`, `quant_conv`, `post_quant_conv`, `quantize.embedding`.
    """

    def __init__(self, config: VQConfig) -> None:
        super().__init__()
        self.config = config
        body = config.body
        self.encoder = Encoder(body, out_channels=body.latent_channels)
        self.decoder = SpatialDecoder(body, config.code_width)
        self.quantize = Codebook(config.codes, config.code_width)
        self.quant_conv = nn.Conv2d(body.latent_channels, config.code_width, 1)
        self.post_quant_conv = nn.Conv2d(config.code_width, body.latent_channels, 1)

    def encode(self, image: Tensor) -> Tensor:
        """Encode pictures [B, 3, H, W] in -1..1 to latents [B, C, H/f, W/f], not quantised."""
        return self.quant_conv(self.encoder(image))

    def decode(self, latent: Tensor, *, snap: bool = False) -> Tensor:
        """Decode latents [B, C, h, w] to pictures [B, 3, h·f, w·f], about -1..1 and not clamped.

        Kandinsky decodes what its UNet made as it is; `snap` takes the nearest vectors of the codebook first.
        """
        if snap:
            latent = self.quantize.look_up(self.quantize.indices(latent))
        return self.decoder(self.post_quant_conv(latent), latent)
