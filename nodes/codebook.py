"""Pictures as numbers of codebook vectors, and how a codebook is used."""

from typing import Annotated, Any

import torch
from torch import Tensor

from diffusion.image.pixels import from_autoencoder, to_autoencoder
from diffusion.networks.interrupt import interruptible
from diffusion.networks.movq import MoVQ
from diffusion.networks.vq import AutoencoderVQ
from graph_engine.spec.sdk import Name, NodeContext, NodeResult, Outputs, Socket, node
from nodes.autoencoding import cut_to_cells
from nodes.sockets import Image, Vae

Codes = Annotated[Tensor, Socket("CODES")]
"""[B, h, w] whole numbers, each the number of a codebook's vector."""


@node(id="VQEncode", title="Encode as codes", category="latent/codes", aliases=("vq-vae", "tokens", "dall-e"))
def vq_encode(ctx: NodeContext, *, pixels: Image, vae: Vae) -> Codes:
    """Turns pictures into numbers of the nearest codebook vectors (VQ-VAE, van den Oord et al. 2017).

    Needs an autoencoder with a codebook, such as latent diffusion's VQ-f4 or Kandinsky's MoVQ.
    """
    pictures = to_autoencoder(cut_to_cells(pixels[..., :3], vae.latent.factor))
    found: list[Tensor] = []
    with ctx.memory.lease(vae.weighted) as network, interruptible(ctx.check_cancelled):
        body = _with_codebook(network)
        for single in pictures.split(1):
            latent = body.encode(single.to(ctx.memory.device))
            found.append(body.quantize.indices(latent).cpu())
    return torch.cat(found)


@node(id="VQDecode", title="Decode codes", category="latent/codes", aliases=("vq-vae", "tokens", "dall-e"))
def vq_decode(ctx: NodeContext, *, codes: Codes, vae: Vae) -> Image:
    """Turns numbers of codebook vectors back into pictures (VQ-VAE, van den Oord et al. 2017)."""
    decoded: list[Tensor] = []
    with ctx.memory.lease(vae.weighted) as network, interruptible(ctx.check_cancelled):
        body = _with_codebook(network)
        size = body.quantize.embedding.num_embeddings
        if int(codes.min()) < 0 or int(codes.max()) >= size:
            raise ValueError(
                f"These codes go from {int(codes.min())} to {int(codes.max())}; this codebook has the numbers 0 to "
                f"{size - 1}. Decode them with the autoencoder that made them."
            )
        for single in codes.split(1):
            latent = body.quantize.look_up(single.to(ctx.memory.device))
            picture = body.decode(latent) if isinstance(body, MoVQ) else body.decode(latent, quantised=True)
            decoded.append(from_autoencoder(picture).cpu())
    return torch.cat(decoded)


@node(
    id="CodebookInspector",
    title="Codebook check",
    category="metrics",
    is_output=True,
    aliases=("vq", "perplexity", "usage"),
)
def codebook_inspector(
    ctx: NodeContext, *, codes: Codes, vae: Vae
) -> Annotated[
    NodeResult,
    Outputs(
        Annotated[int, Name("size")],
        Annotated[int, Name("used")],
        Annotated[float, Name("perplexity")],
    ),
]:
    """Says how large a codebook is and how much of it these codes use (van den Oord et al. 2017).

    Perplexity is the number of codes that would tell as much if all were equally frequent: far below the number used
    means that a few codes do most of the work.
    """
    with ctx.memory.lease(vae.weighted) as network:
        table = _with_codebook(network).quantize.embedding
        size, width = table.num_embeddings, table.embedding_dim
    counts = torch.bincount(codes.flatten(), minlength=size).double()
    shares = counts[counts > 0] / counts.sum()
    perplexity = torch.exp(-(shares * shares.log()).sum()).item()
    used = int((counts > 0).sum())
    bits = torch.tensor(float(size)).log2().item() * codes[0].numel()
    text = (
        f"{size} vectors of {width} numbers · {used} used · perplexity {perplexity:.1f} · "
        f"{codes.shape[1]} × {codes.shape[2]} codes a picture, {bits / 8:.0f} bytes"
    )
    return NodeResult(values=(size, used, perplexity), ui={"text": [text]})


def _with_codebook(network: Any) -> AutoencoderVQ | MoVQ:
    if not isinstance(network, (AutoencoderVQ, MoVQ)):
        raise ValueError("This autoencoder has no codebook: its latents are plain numbers. Use Encode and Decode.")
    return network
