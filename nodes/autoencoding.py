"""What the autoencoder nodes share: pictures through an autoencoder, one at a time, whole or in tiles."""

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from diffusion.exact_tiling import exact_decode, exact_encode
from diffusion.image.pixels import from_autoencoder, to_autoencoder
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.interrupt import interruptible
from diffusion.tiling import blended
from graph_engine.spec.sdk import NodeContext
from nodes.sockets import AutoencoderModel

Seams = Literal["blend", "exact"]


@dataclass(frozen=True)
class Tiling:
    """Tiles of `size` pixels that overlap by `overlap`; `exact` ones need no overlap."""

    size: int = 512
    overlap: int = 64
    seams: Seams = "blend"


def decode(ctx: NodeContext, vae: AutoencoderModel, latent: Tensor, tiling: Tiling | None = None) -> Tensor:
    """Return the pictures [B, H, W, 3] in 0..1 of latents [B, C, h, w] in the autoencoder's own scale.

    Raises:
        ValueError: the latent has not the autoencoder's number of channels.
    """
    _check_channels(vae, latent)
    factor = vae.latent.factor
    tile = ((tiling or Tiling()).size // factor) ** 2
    cells = latent.shape[2] * latent.shape[3] if tiling is None else tile
    need, least = _decoder_bytes(cells, factor), _decoder_bytes(min(cells, tile), factor)
    decoded: list[Tensor] = []
    with ctx.memory.lease(vae.weighted, working_bytes=need, least_bytes=least) as network:
        if tiling is None and ctx.memory.pressure.tiled:
            tiling = Tiling(seams="exact")
        for number, single in enumerate(latent.split(1), start=1):
            with interruptible(ctx.check_cancelled):
                decoded.append(from_autoencoder(_decode_one(ctx, network, single, tiling, factor)).cpu())
            if len(latent) > 1:
                ctx.progress(number, len(latent))
    return torch.cat(decoded)


def encode(ctx: NodeContext, vae: AutoencoderModel, pixels: Tensor, tiling: Tiling | None = None) -> Tensor:
    """Return the mean latents [B, C, h, w] of pictures [B, H, W, 3+] in 0..1, cut to whole cells at the centre."""
    return moments(ctx, vae, pixels, tiling)[0]


def moments(
    ctx: NodeContext, vae: AutoencoderModel, pixels: Tensor, tiling: Tiling | None = None
) -> tuple[Tensor, Tensor | None]:
    """Return mean and log-variance of the latents of pictures; an autoencoder with a codebook has no variance."""
    picture = to_autoencoder(cut_to_cells(pixels, vae.latent.factor))
    tile = (tiling or Tiling()).size ** 2
    cells = picture.shape[2] * picture.shape[3] if tiling is None else tile
    need, least = _encoder_bytes(cells), _encoder_bytes(min(cells, tile))
    means: list[Tensor] = []
    spreads: list[Tensor] = []
    with (
        ctx.memory.lease(vae.weighted, working_bytes=need, least_bytes=least) as network,
        interruptible(ctx.check_cancelled),
    ):
        if tiling is None and ctx.memory.pressure.tiled:
            tiling = Tiling(seams="exact")
        for number, single in enumerate(picture.split(1), start=1):
            mean, spread = _encode_one(ctx, network, single, tiling, vae.latent.factor)
            means.append(mean.float().cpu())
            if spread is not None:
                spreads.append(spread.float().cpu())
            if len(picture) > 1:
                ctx.progress(number, len(picture))
    return torch.cat(means), torch.cat(spreads) if spreads else None


def cut_to_cells(pixels: Tensor, factor: int) -> Tensor:
    """Cut pictures [B, H, W, C] at the centre so that both sides are multiples of `factor`. Raises ValueError."""
    height, width = (side // factor * factor for side in pixels.shape[1:3])
    if not height or not width:
        raise ValueError(
            f"The picture is smaller than {factor} × {factor} pixels: the autoencoder needs at least that."
        )
    top, left = (pixels.shape[1] - height) // 2, (pixels.shape[2] - width) // 2
    return pixels[:, top : top + height, left : left + width]


def _decode_one(ctx: NodeContext, network: Any, single: Tensor, tiling: Tiling | None, factor: int) -> Tensor:
    if tiling is None:
        return network.decode(single.to(ctx.memory.device))
    size = max(tiling.size // factor, 1)
    if tiling.seams == "exact" and isinstance(network, AutoencoderKL):
        return exact_decode(network, single, size)
    overlap = min(tiling.overlap // factor, size - 1)
    return blended(lambda part: network.decode(part.to(ctx.memory.device)), single, size, overlap, ctx.progress)


def _encode_one(
    ctx: NodeContext, network: Any, single: Tensor, tiling: Tiling | None, factor: int
) -> tuple[Tensor, Tensor | None]:
    if tiling is not None and tiling.seams == "exact" and isinstance(network, AutoencoderKL):
        return exact_encode(network, single, tiling.size)

    def work(part: Tensor) -> Tensor:
        found = network.encode(part.to(ctx.memory.device))
        return torch.cat(found, dim=1) if isinstance(found, tuple) else found

    if tiling is None:
        both = work(single)
    else:
        size = max(tiling.size // factor, 1) * factor
        both = blended(work, single, size, min(tiling.overlap // factor * factor, size - factor), ctx.progress)
    if isinstance(network, AutoencoderKL):
        mean, spread = both.chunk(2, dim=1)
        return mean, spread
    return both, None


def _check_channels(vae: AutoencoderModel, latent: Tensor) -> None:
    if latent.shape[1] != vae.latent.channels:
        raise ValueError(
            f"This autoencoder reads latents of {vae.latent.channels} channels; the one wired to it has "
            f"{latent.shape[1]}. Use the autoencoder that belongs to the model."
        )


def _decoder_bytes(cells: int, factor: int) -> int:
    # The decoder's widest moment is its last level: a few feature maps of 256 channels at full size, in fp32.
    return 4 * 256 * 3 * cells * factor**2


def _encoder_bytes(cells: int) -> int:
    return cells * 3 * 4 * 64
