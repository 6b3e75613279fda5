"""Between pictures and latents."""

from typing import Annotated

import torch

from diffusion.metrics.fidelity import psnr, ssim
from graph_engine.spec.sdk import (
    Choices,
    Ge,
    Le,
    MultipleOf,
    Name,
    NodeContext,
    NodeResult,
    Outputs,
    Seed,
    Step,
    Tooltip,
    node,
)
from nodes.autoencoding import Seams, Tiling, cut_to_cells, decode, encode, moments
from nodes.sockets import Image, Latent, Vae

SEAMS: tuple[Seams, ...] = ("blend", "exact")
TileSide = Annotated[int, Ge(64), Le(4096), MultipleOf(32), Tooltip("Pixels a side; smaller needs less memory")]
Overlap = Annotated[int, Ge(0), Le(4096), MultipleOf(32), Tooltip("Pixels that neighbours share when blended")]
How = Annotated[
    str,
    Choices(SEAMS),
    Tooltip("blend is quick and may drift in tone; exact equals the untiled result and holds one layer in memory"),
]


@node(id="VAEDecode", title="Decode", category="latent", aliases=("vae", "picture"))
def vae_decode(ctx: NodeContext, *, samples: Latent, vae: Vae) -> Image:
    """Turns a latent into a picture with the autoencoder's decoder (Rombach et al. 2022, §3.1).

    An autoencoder with a codebook takes the nearest code of each cell first (van den Oord et al. 2017).
    """
    return decode(ctx, vae, samples["samples"])


@node(id="VAEEncode", title="Encode", category="latent", aliases=("vae", "image to image", "img2img"), durable=True)
def vae_encode(ctx: NodeContext, *, pixels: Image, vae: Vae) -> Latent:
    """Turns a picture into a latent: the start of image-to-image. Sides are cut to a multiple of 8 at the centre.

    It is the mean of what the encoder sees (Rombach et al. 2022, §3.1), so the same picture gives the same latent.
    """
    return {"samples": encode(ctx, vae, pixels)}


@node(id="VAEDecodeTiled", title="Decode in tiles", category="latent", aliases=("vae", "large", "memory"))
def vae_decode_tiled(
    ctx: NodeContext,
    *,
    samples: Latent,
    vae: Vae,
    tile_size: TileSide = 512,
    overlap: Overlap = 64,
    seams: How = "blend",
) -> Image:
    """Turns a large latent into a picture, tile by tile, in little memory (Rombach et al. 2022, §3.1)."""
    return decode(ctx, vae, samples["samples"], Tiling(tile_size, overlap, "exact" if seams == "exact" else "blend"))


@node(id="VAEEncodeTiled", title="Encode in tiles", category="latent", aliases=("vae", "large", "memory"))
def vae_encode_tiled(
    ctx: NodeContext, *, pixels: Image, vae: Vae, tile_size: TileSide = 512, overlap: Overlap = 64, seams: How = "blend"
) -> Latent:
    """Turns a large picture into a latent, tile by tile, in little memory (Rombach et al. 2022, §3.1)."""
    tiling = Tiling(tile_size, overlap, "exact" if seams == "exact" else "blend")
    return {"samples": encode(ctx, vae, pixels, tiling)}


@node(id="VAEEncodeSample", title="Encode, drawn", category="latent", aliases=("vae", "reparametrisation", "noise"))
def vae_encode_sample(ctx: NodeContext, *, pixels: Image, vae: Vae, seed: Annotated[int, Seed()] = 0) -> Latent:
    """Draws a latent from what the encoder sees, z = μ + σ·ε (Kingma & Welling 2014), instead of taking its mean."""
    mean, spread = moments(ctx, vae, pixels)
    if spread is None:
        raise ValueError("This autoencoder has a codebook and no spread to draw from; use Encode.")
    drawn = [torch.randn(mean.shape[1:], generator=torch.Generator().manual_seed(seed + i)) for i in range(len(mean))]
    return {"samples": mean + (spread / 2).exp() * torch.stack(drawn)}


@node(
    id="VAERoundTrip",
    title="Autoencoder check",
    category="metrics",
    is_output=True,
    aliases=("reconstruction", "quality", "denoising autoencoder"),
)
def vae_round_trip(
    ctx: NodeContext,
    *,
    pixels: Image,
    vae: Vae,
    corrupt: Annotated[float, Ge(0), Le(1), Step(0.01), Tooltip("Noise added before encoding; the deviation")] = 0.0,
    seed: Annotated[int, Seed()] = 0,
) -> Annotated[NodeResult, Outputs(Image, Annotated[float, Name("psnr")], Annotated[float, Name("ssim")])]:
    """Encodes and decodes pictures and says what is lost: no model can paint finer than its autoencoder.

    With noise added it shows what the autoencoder makes of corrupted pictures (Vincent et al. 2008).
    """
    original = cut_to_cells(pixels[..., :3], vae.latent.factor)
    noise = torch.randn(original.shape, generator=torch.Generator().manual_seed(seed))
    back = decode(ctx, vae, encode(ctx, vae, (original + corrupt * noise).clamp(0, 1)))
    first, second = back.permute(0, 3, 1, 2), original.permute(0, 3, 1, 2)
    ratio, likeness = psnr(first, second).clamp(max=100).mean().item(), ssim(first, second).mean().item()
    text = f"PSNR {ratio:.2f} dB · SSIM {likeness:.4f}"
    return NodeResult(values=(back, ratio, likeness), ui={"text": [text]})


@node(
    id="EstimateLatentScale", title="Latent scale", category="metrics", is_output=True, aliases=("scale factor", "std")
)
def estimate_latent_scale(
    ctx: NodeContext, *, pixels: Image, vae: Vae
) -> Annotated[NodeResult, Outputs(Annotated[float, Name("scale")], Annotated[float, Name("deviation")])]:
    """Says by what a latent must be multiplied so that its deviation is one (Rombach et al. 2022, appendix G).

    A denoiser is trained on latents of unit deviation; this shows how far these pictures' latents are from it.
    """
    mean, spread = moments(ctx, vae, pixels)
    # The latent that training sees is drawn: its variance is that of the means and the mean of the variances.
    variance = mean.var(correction=0) + (spread.exp().mean() if spread is not None else 0)
    deviation = float(variance) ** 0.5
    scale = 1 / max(deviation, 1e-8)
    stated = vae.latent.scale
    text = f"Deviation {deviation:.4f} · scale {scale:.5f} (this autoencoder's own: {stated:.5f})"
    return NodeResult(values=(scale, deviation), ui={"text": [text]})
