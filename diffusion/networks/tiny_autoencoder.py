"""A small autoencoder that stands in for a large one: seconds become milliseconds, detail is lost.

The layout is that of TAESD (Ollin Boer Bohan, https://github.com/madebyollin/taesd): plain stacks whose keys are their
positions. It reads and writes the latent that the denoiser works on, so it brings that latent's scale along.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point

STAGES = 3
"""Halvings between picture and latent."""


@dataclass(frozen=True)
class TinyAutoencoderConfig:
    """The defaults are TAESD's for Stable Diffusion 1.

    Attributes:
        latent_channels: 4, or 16 for Stable Diffusion 3.
        width: channels of every layer.
        blocks: residual blocks between two changes of size.
        scale, shift: the denoiser works on (latent - shift) · scale; the latents of the nodes are unscaled.
    """

    latent_channels: int = 4
    width: int = 64
    blocks: int = 3
    scale: float = 0.18215
    shift: float = 0.0

    @property
    def factor(self) -> int:
        """Pixels per latent cell along each side."""
        return 2**STAGES


class SoftClamp(nn.Module):
    """Bend values smoothly into -3..3."""

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape."""
        return torch.tanh(x / 3) * 3


class TinyBlock(nn.Module):
    """Three convolutions and a residual. Keys: `conv.0`, `conv.2`, `conv.4`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        layers = [nn.Conv2d(width, width, 3, padding=1) for _ in range(3)]
        self.conv = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape."""
        pause_point()
        return F.relu(self.conv(x) + x)


def _encoder(config: TinyAutoencoderConfig) -> nn.Sequential:
    width = config.width
    layers: list[nn.Module] = [nn.Conv2d(3, width, 3, padding=1), TinyBlock(width)]
    for _ in range(STAGES):
        layers.append(nn.Conv2d(width, width, 3, stride=2, padding=1, bias=False))
        layers += [TinyBlock(width) for _ in range(config.blocks)]
    return nn.Sequential(*layers, nn.Conv2d(width, config.latent_channels, 3, padding=1))


def _decoder(config: TinyAutoencoderConfig) -> nn.Sequential:
    width = config.width
    layers: list[nn.Module] = [SoftClamp(), nn.Conv2d(config.latent_channels, width, 3, padding=1), nn.ReLU()]
    for _ in range(STAGES):
        layers += [TinyBlock(width) for _ in range(config.blocks)]
        layers += [nn.Upsample(scale_factor=2), nn.Conv2d(width, width, 3, padding=1, bias=False)]
    return nn.Sequential(*layers, TinyBlock(width), nn.Conv2d(width, 3, 3, padding=1))


class TinyAutoencoder(nn.Module):
    """Pixels ⇄ latent. Keys: `encoder.N…` and `decoder.N…`, N the position in the stack; a file may have one half."""

    def __init__(self, config: TinyAutoencoderConfig, *, encoder: bool = True, decoder: bool = True) -> None:
        super().__init__()
        self.config = config
        self.encoder = _encoder(config) if encoder else None
        self.decoder = _decoder(config) if decoder else None

    def encode(self, image: Tensor) -> Tensor:
        """Encode pictures [B, 3, H, W] in -1..1 to unscaled latents [B, C, H/8, W/8].

        Raises:
            ValueError: the file had only the decoder.
        """
        if self.encoder is None:
            raise ValueError(
                "This small autoencoder has only a decoder. Put its encoder's file beside it, or encode with the "
                "model's own autoencoder."
            )
        return self.encoder(image / 2 + 0.5) / self.config.scale + self.config.shift

    def decode(self, latent: Tensor) -> Tensor:
        """Decode unscaled latents [B, C, h, w] to pictures [B, 3, 8h, 8w], about -1..1 and not clamped.

        Raises:
            ValueError: the file had only the encoder.
        """
        if self.decoder is None:
            raise ValueError(
                "This small autoencoder has only an encoder. Put its decoder's file beside it, or decode with the "
                "model's own autoencoder."
            )
        return self.decoder((latent - self.config.shift) * self.config.scale) * 2 - 1
