"""Latents to begin from."""

from typing import Annotated

import torch

from diffusion.checkpoints.latent_formats import SD3_LATENT
from graph_engine.spec.sdk import Ge, Le, MultipleOf, node
from nodes.pictures import MAX_SIDE
from nodes.sockets import Latent

LATENT_CHANNELS = 4
LATENT_FACTOR = 8
Side = Annotated[int, Ge(16), Le(MAX_SIDE), MultipleOf(8)]
PatchedSide = Annotated[int, Ge(16), Le(MAX_SIDE), MultipleOf(16)]


@node(id="EmptyLatentImage", title="Size", category="latent", aliases=("width", "height", "blank"))
def empty_latent_image(
    *, width: Side = 512, height: Side = 512, batch_size: Annotated[int, Ge(1), Le(4096)] = 1
) -> Latent:
    """An empty latent of a picture's size in pixels: what a sampler fills when there is no picture to start from."""
    shape = (batch_size, LATENT_CHANNELS, height // LATENT_FACTOR, width // LATENT_FACTOR)
    return {"samples": torch.zeros(shape)}


@node(id="EmptySD3LatentImage", title="Size (SD3)", category="latent", aliases=("width", "height", "blank", "sd3"))
def empty_sd3_latent_image(
    *,
    width: PatchedSide = 1024,
    height: PatchedSide = 1024,
    batch_size: Annotated[int, Ge(1), Le(4096)] = 1,
) -> Latent:
    """An empty latent of 16 channels, for Stable Diffusion 3 and 3.5 (Esser et al. 2024). It stands for plain grey."""
    shape = (batch_size, SD3_LATENT.channels, height // SD3_LATENT.factor, width // SD3_LATENT.factor)
    return {"samples": torch.full(shape, SD3_LATENT.shift)}
