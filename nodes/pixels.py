"""Models that paint pixels: open, begin, sample, and turn pictures into what they see."""

from typing import Annotated

import torch

from diffusion.checkpoints.load import open_model
from diffusion.image.pixels import from_autoencoder, to_autoencoder
from diffusion.pixel_run import PixelStart
from diffusion.schedules.respacing import RESPACINGS
from graph_engine.spec.sdk import Choices, Ge, Le, ModelFile, MultipleOf, NodeContext, Seed, Step, Tooltip, node
from nodes.pixel_models import AUTO, mask_of, run_pixels, settings_of
from nodes.sampling_run import seeds_of
from nodes.sockets import Conditioning, DiffusionModel, Image, Latent, Model

RESPACING = Tooltip(
    "Which timesteps are walked: auto, a number, ddimN, counts such as 10,10,3, or one of " + ", ".join(RESPACINGS)
)
THRESHOLD = Tooltip("Keeps predictions in range each step; dynamic is Imagen's, for strong guidance")
TEMPERATURE = Tooltip("Factor on the noise at the start; a little below 1 is smoother")
THRESHOLDS = (AUTO, "none", "static", "dynamic")
PixelSide = Annotated[int, Ge(16), Le(4096), MultipleOf(8)]


@node(id="PixelModelLoader", title="Load pixel model", category="loaders", aliases=("deepfloyd", "glide", "adm"))
def load_pixel_model(ctx: NodeContext, *, model_name: Annotated[str, ModelFile("checkpoints")]) -> Model:
    """Opens a model that paints pixels and has no autoencoder: a stage of DeepFloyd IF (2023), GLIDE (Nichol et al.
    2021), guided diffusion (Dhariwal & Nichol 2021).

    Sampler, size and prompt nodes are those for pixels; stages that enlarge go into 'Upsample'.
    """
    opened = open_model(ctx.files.model("checkpoints", model_name))
    if opened.denoiser is None or opened.record is None or opened.record.latent.factor != 1:
        raise ValueError(
            f"{model_name} holds {opened.detection.title}, which does not paint pixels. "
            "'Load model' opens models that work on latents."
        )
    return DiffusionModel(opened.denoiser, opened.record)


@node(id="EmptyPixelImage", title="Size in pixels", category="latent", aliases=("width", "height", "blank", "pixel"))
def empty_pixel_image(
    *, width: PixelSide = 64, height: PixelSide = 64, batch_size: Annotated[int, Ge(1), Le(4096)] = 1
) -> Latent:
    """An empty start for models that paint pixels (Ho et al. 2020): their latent is the picture itself, 3 channels."""
    return {"samples": torch.zeros(batch_size, 3, height, width)}


@node(id="PixelDecode", title="Pixels to image", category="latent", aliases=("decode", "pixel"))
def pixel_decode(*, samples: Latent) -> Image:
    """Turns what a pixel model painted (-1 to 1, 3 channels) into a picture. No network is needed."""
    _check_pixels(samples["samples"])
    return from_autoencoder(samples["samples"])


@node(id="PixelEncode", title="Image to pixels", category="latent", aliases=("encode", "pixel", "image to image"))
def pixel_encode(*, image: Image) -> Latent:
    """Turns a picture into what a pixel model reads: the start of image-to-image and of inpainting with a mask."""
    return {"samples": to_autoencoder(image).contiguous()}


@node(id="PixelSampler", title="Pixel sampler", category="sampling", aliases=("ddpm", "imagen", "glide", "adm"))
def pixel_sampler(
    ctx: NodeContext,
    *,
    model: Model,
    seed: Annotated[int, Seed(), Tooltip("The same seed and values give the same picture")] = 0,
    respacing: Annotated[str, RESPACING] = AUTO,
    cfg: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("How strongly the prompt steers; 1 is off")] = 7.0,
    walk: Annotated[str, Choices(("ddpm", "ddim", "plms")), Tooltip("DDPM is random, DDIM and PLMS are not")] = "ddpm",
    eta: Annotated[float, Ge(0), Le(1), Step(0.05), Tooltip("How much of DDPM's noise DDIM takes")] = 0.0,
    threshold: Annotated[str, Choices(THRESHOLDS), THRESHOLD] = AUTO,
    temperature: Annotated[float, Ge(0), Le(2), Step(0.001), TEMPERATURE] = 1.0,
    positive: Annotated[Conditioning, Tooltip("What the picture shows")],
    negative: Annotated[Conditioning | None, Tooltip("What to stay away from; nothing wired: no guidance")] = None,
    latent_image: Annotated[Latent, Tooltip("The size, or a picture to start from")],
    denoise: Annotated[float, Ge(0), Le(1), Step(0.01), Tooltip("1 starts from pure noise; less keeps more")] = 1.0,
) -> Latent:
    """Walks along a chain of timesteps as pixel models were made to (Ho et al. 2020; Nichol & Dhariwal 2021).

    The variance of each step is the one the network learned, where it learned one. Guidance by a classifier is added
    to the mean of a step (Dhariwal & Nichol 2021). A mask on the start repaints only where it is 1.
    """
    given = latent_image["samples"]
    if given.shape[1] != model.record.latent.channels:
        raise ValueError(
            f"This model works on {model.record.latent.channels} channels; the start wired to latent_image has "
            f"{given.shape[1]}. 'Size in pixels' makes one for pixel models."
        )
    settings = settings_of(
        model,
        respacing=respacing,
        threshold=threshold,
        cfg=cfg,
        temperature=temperature,
        walk=walk,
        eta=eta,
        denoise=denoise,
    )
    start = model.record.latent.into_denoiser(given.float())
    begin = PixelStart(start, seeds_of(latent_image, seed), mask_of(latent_image, given))
    made = run_pixels(ctx, model, begin, settings, positive, negative)
    return {**latent_image, "samples": model.record.latent.out_of_denoiser(made)}


@node(id="NoConditioning", title="Nothing asked", category="conditioning", aliases=("unconditional", "empty"))
def no_conditioning() -> Conditioning:
    """Steers nowhere: for unconditional models, whose sampler still wants something on its wires."""
    return [(torch.zeros(1, 1, 1), {})]


def _check_pixels(samples: torch.Tensor) -> None:
    if samples.shape[1] != 3:
        raise ValueError(
            f"These samples have {samples.shape[1]} channels and are no pixels: decode them with their autoencoder."
        )
