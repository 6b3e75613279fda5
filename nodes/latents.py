"""Latents: where the denoiser works."""

from typing import Annotated

import torch

from diffusion.image.pixels import from_autoencoder, to_autoencoder
from diffusion.networks.interrupt import interruptible
from graph_engine.spec.sdk import Ge, Le, MultipleOf, NodeContext, node
from nodes.pictures import MAX_SIDE
from nodes.sockets import Image, Latent, Vae

LATENT_CHANNELS = 4
LATENT_FACTOR = 8
Side = Annotated[int, Ge(16), Le(MAX_SIDE), MultipleOf(8)]


@node(id="EmptyLatentImage", title="Size", category="latent", aliases=("width", "height", "blank"))
def empty_latent_image(
    *, width: Side = 512, height: Side = 512, batch_size: Annotated[int, Ge(1), Le(4096)] = 1
) -> Latent:
    """An empty latent of a picture's size in pixels: what a sampler fills when there is no picture to start from."""
    shape = (batch_size, LATENT_CHANNELS, height // LATENT_FACTOR, width // LATENT_FACTOR)
    return {"samples": torch.zeros(shape)}


@node(id="VAEDecode", title="Decode", category="latent", aliases=("vae", "picture"))
def vae_decode(ctx: NodeContext, *, samples: Latent, vae: Vae) -> Image:
    """Turns a latent into a picture with the autoencoder's decoder (Rombach et al. 2022, §3.1)."""
    latent = samples["samples"]
    with ctx.memory.lease(vae.weighted, working_bytes=_decoder_bytes(latent)) as network, torch.inference_mode():
        decoded: list[torch.Tensor] = []
        for number, single in enumerate(latent.split(1), start=1):
            with interruptible(ctx.check_cancelled):
                picture = network.decode(single.to(ctx.memory.device))
            decoded.append(from_autoencoder(picture).cpu())
            if len(latent) > 1:
                ctx.progress(number, len(latent))
    return torch.cat(decoded)


@node(id="VAEEncode", title="Encode", category="latent", aliases=("vae", "image to image", "img2img"))
def vae_encode(ctx: NodeContext, *, pixels: Image, vae: Vae) -> Latent:
    """Turns a picture into a latent: the start of image-to-image. Sides are cut to a multiple of 8 at the centre."""
    factor = vae.latent.factor
    height, width = (side // factor * factor for side in pixels.shape[1:3])
    if not height or not width:
        raise ValueError(
            f"The picture is smaller than {factor} × {factor} pixels: the autoencoder needs at least that."
        )
    top, left = (pixels.shape[1] - height) // 2, (pixels.shape[2] - width) // 2
    picture = to_autoencoder(pixels[:, top : top + height, left : left + width])
    with (
        ctx.memory.lease(vae.weighted, working_bytes=picture.nbytes * 64) as network,
        torch.inference_mode(),
        interruptible(ctx.check_cancelled),
    ):
        means = [network.encode(single.to(ctx.memory.device))[0].float().cpu() for single in picture.split(1)]
    return {"samples": torch.cat(means)}


def _decoder_bytes(latent: torch.Tensor) -> int:
    # The decoder's widest moment is its last level: a few feature maps of 256 channels at full size, in fp32.
    height, width = latent.shape[2] * LATENT_FACTOR, latent.shape[3] * LATENT_FACTOR
    return 4 * 256 * 3 * height * width
