"""Decode and encode part by part with the result of doing it whole.

Layer by layer: a layer's whole output lies in memory (on the CPU, whatever the device), and each convolution is done
tile by tile with one cell of its neighbours around it. Norms take their statistics over the whole plane. So nothing
depends on where the tiles are cut, and no cell is computed twice; what is saved is the device memory, of which only a
tile is needed at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.autoencoder import AutoencoderDownsample, AutoencoderKL, AutoencoderResBlock, Level, Middle
from diffusion.networks.interrupt import pause_point
from diffusion.networks.residual import Upsample
from diffusion.tiling import Tile, tiles

Change = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class _Work:
    device: torch.device
    dtype: torch.dtype
    size: int

    def convolved(self, plane: Tensor, layer: nn.Conv2d, change: Change | None = None) -> Tensor:
        """Convolve a plane on the CPU tile by tile; `change` is applied to every cell first, before the border."""
        halo = layer.kernel_size[0] // 2
        height, width = plane.shape[2:]
        result = plane.new_empty(plane.shape[0], layer.out_channels, height, width)
        for tile in tiles(height, width, self.size):
            part = self._with_neighbours(plane, tile, halo)
            if change is not None:
                part = change(part)
            part = F.conv2d(_bordered(part, tile, halo, (height, width)), layer.weight, layer.bias)
            result[:, :, tile.top : tile.bottom, tile.left : tile.right] = part.cpu()
        return result

    def normed(self, plane: Tensor, norm: nn.GroupNorm) -> Change:
        """The norm with the statistics of the whole plane, then SiLU, as a change of any part of it."""
        batch, channels = plane.shape[:2]
        grouped = plane.reshape(batch, norm.num_groups, -1)
        variance, mean = torch.var_mean(grouped.float(), dim=2, correction=0)
        each = channels // norm.num_groups
        rate = (variance + norm.eps).rsqrt().repeat_interleave(each, dim=1).to(self.device)
        scale = rate * norm.weight.float()
        shift = norm.bias.float() - mean.repeat_interleave(each, dim=1).to(self.device) * scale
        scale, shift = scale[:, :, None, None], shift[:, :, None, None]
        return lambda part: F.silu((part.float() * scale + shift).to(part.dtype))

    def block(self, plane: Tensor, block: AutoencoderResBlock) -> Tensor:
        pause_point()
        hidden = self.convolved(plane, block.conv1, self.normed(plane, block.norm1))
        hidden = self.convolved(hidden, block.conv2, self.normed(hidden, block.norm2))
        shortcut = block.nin_shortcut
        return hidden.add_(self.convolved(plane, shortcut) if isinstance(shortcut, nn.Conv2d) else plane)

    def whole(self, plane: Tensor, layer: nn.Module) -> Tensor:
        """A layer that must see everything at once: attention, at the smallest size."""
        return layer(plane.to(self.device)).cpu()

    def middle(self, plane: Tensor, middle: Middle) -> Tensor:
        return self.block(self.whole(self.block(plane, middle.block_1), middle.attn_1), middle.block_2)

    def level(self, plane: Tensor, level: Level) -> Tensor:
        for index, block in enumerate(level.block):
            plane = self.block(plane, cast("AutoencoderResBlock", block))
            if len(level.attn):
                plane = self.whole(plane, level.attn[index])
        if level.resample_name is None:
            return plane
        resample = level.get_submodule(level.resample_name)
        return self.grown(plane, resample) if isinstance(resample, Upsample) else self.halved(plane, resample)

    def grown(self, plane: Tensor, layer: Upsample) -> Tensor:
        """Twice the size by nearest neighbour, then a convolution."""
        height, width = plane.shape[2] * 2, plane.shape[3] * 2
        result = plane.new_empty(plane.shape[0], layer.conv.out_channels, height, width)
        for tile in tiles(height, width, self.size):
            rows = _indices(tile.top - 1, tile.bottom + 1, height) // 2
            columns = _indices(tile.left - 1, tile.right + 1, width) // 2
            part = plane[:, :, rows][:, :, :, columns].to(self.device)
            part = F.conv2d(_bordered(part, tile, 1, (height, width)), layer.conv.weight, layer.conv.bias)
            result[:, :, tile.top : tile.bottom, tile.left : tile.right] = part.cpu()
        return result

    def halved(self, plane: Tensor, layer: nn.Module) -> Tensor:
        """Half the size by a convolution that looks one cell to the right and down."""
        conv = cast("AutoencoderDownsample", layer).conv
        height, width = plane.shape[2] // 2, plane.shape[3] // 2
        padded = F.pad(plane, (0, 1, 0, 1))
        result = plane.new_empty(plane.shape[0], conv.out_channels, height, width)
        for tile in tiles(height, width, self.size):
            part = padded[:, :, 2 * tile.top : 2 * tile.bottom + 1, 2 * tile.left : 2 * tile.right + 1]
            part = F.conv2d(part.to(self.device), conv.weight, conv.bias, stride=2)
            result[:, :, tile.top : tile.bottom, tile.left : tile.right] = part.cpu()
        return result

    def _with_neighbours(self, plane: Tensor, tile: Tile, halo: int) -> Tensor:
        top, left = max(tile.top - halo, 0), max(tile.left - halo, 0)
        return plane[:, :, top : tile.bottom + halo, left : tile.right + halo].to(self.device)


def exact_decode(network: AutoencoderKL, latent: Tensor, size: int = 64) -> Tensor:
    """Decode a latent [B, C, h, w] as `network.decode` does, equal but for rounding, in tiles of `size` cells a side.

    Returns:
        [B, 3, h·f, w·f] on the CPU, about -1..1. Cancellation is noticed between layers.
    """
    weight = network.decoder.conv_in.weight
    work = _Work(weight.device, weight.dtype, size)
    decoder = network.decoder
    start = network.post_quant_conv(latent.to(weight.device, weight.dtype)).cpu()
    hidden = work.middle(work.convolved(start, decoder.conv_in), decoder.mid)
    for index in reversed(range(len(decoder.up))):
        hidden = work.level(hidden, cast("Level", decoder.up[index]))
    return work.convolved(hidden, decoder.conv_out, work.normed(hidden, decoder.norm_out))


def exact_encode(network: AutoencoderKL, image: Tensor, size: int = 64) -> tuple[Tensor, Tensor]:
    """Encode pictures [B, 3, H, W] in -1..1 as `network.encode` does, equal but for rounding, in tiles.

    Returns:
        Mean and log-variance, each [B, C, H/f, W/f], on the CPU.
    """
    encoder = network.encoder
    weight = encoder.conv_in.weight
    work = _Work(weight.device, weight.dtype, size)
    hidden = work.convolved(image.to("cpu", weight.dtype), encoder.conv_in)
    for level in encoder.down:
        hidden = work.level(hidden, cast("Level", level))
    hidden = work.middle(hidden, encoder.mid)
    moments = work.convolved(hidden, encoder.conv_out, work.normed(hidden, encoder.norm_out))
    mean, logvar = network.quant_conv(moments.to(weight.device)).cpu().chunk(2, dim=1)
    return mean, logvar.clamp(-30.0, 20.0)


def _bordered(part: Tensor, tile: Tile, halo: int, whole: tuple[int, int]) -> Tensor:
    """Add the zeros that a padded convolution sees beyond the plane, where the part lies at its edge."""
    missing = (
        max(halo - tile.left, 0),
        max(tile.right + halo - whole[1], 0),
        max(halo - tile.top, 0),
        max(tile.bottom + halo - whole[0], 0),
    )
    return F.pad(part, missing) if any(missing) else part


def _indices(start: int, stop: int, length: int) -> Tensor:
    return torch.arange(max(start, 0), min(stop, length))
