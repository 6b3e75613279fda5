"""Enlarge a small picture with a diffusion stage made for it."""

from typing import Annotated

import torch
from torch import Tensor

from diffusion.image.pixels import to_autoencoder
from diffusion.pixel_run import PixelStart
from diffusion.sample import seeds_for
from graph_engine.spec.sdk import Choices, Ge, Le, Name, NodeContext, Seed, Step, Tooltip, node
from nodes.pixel_models import AUTO, as_images, run_pixels, settings_of, with_options
from nodes.pixels import RESPACING, THRESHOLD, THRESHOLDS
from nodes.sockets import Conditioning, Image, Latent, Mask, Model

_MULTIPLE = 8


@node(
    id="CascadeUpsample",
    title="Upsample",
    category="sampling",
    aliases=("cascade", "super resolution", "deepfloyd", "imagen", "glide", "64 to 256", "256 to 1024"),
)
def cascade_upsample(
    ctx: NodeContext,
    *,
    model: Annotated[Model, Tooltip("A stage that reads a small picture: IF II, III, GLIDE's, ADM's, your own")],
    image: Annotated[Image, Tooltip("The small picture")],
    positive: Annotated[Conditioning, Tooltip("The prompt, encoded for this model")],
    negative: Annotated[Conditioning | None, Tooltip("What to stay away from; nothing wired: no guidance")] = None,
    scale: Annotated[int, Ge(1), Le(8), Tooltip("How many times larger; the published stages were made for 4")] = 4,
    seed: Annotated[int, Seed()] = 0,
    respacing: Annotated[str, RESPACING] = AUTO,
    cfg: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("How strongly the prompt steers; 1 is off")] = 4.0,
    noise_augmentation: Annotated[
        float, Ge(0), Le(1), Step(0.01), Tooltip("Noise on the small picture: more invents more detail (IF: 0.25)")
    ] = 0.25,
    threshold: Annotated[str, Choices(THRESHOLDS), THRESHOLD] = AUTO,
    keep: Annotated[Image | None, Tooltip("A large picture that is kept where the mask is 0")] = None,
    mask: Annotated[Mask | None, Tooltip("1 is painted; belongs to the picture that is kept")] = None,
) -> Image:
    """Paints a larger picture by a small one, in pixels: the later stages of a cascade (Ho et al. 2021).

    Stages of DeepFloyd IF are told how much noise was put on the small picture, and forgive its faults the more the
    noisier it is (Saharia et al. 2022, §2.5); those of GLIDE and ADM take it as it is. With a picture to keep, only
    what its mask marks is painted; GLIDE's inpainting upsampler is shown the rest.
    """
    if model.record.joined not in ("low_res", "low_res_inpaint") or model.record.latent.factor != 1:
        raise ValueError(f"{model.record.title} does not enlarge pictures: wire in a stage that reads a small one.")
    small = to_autoencoder(image)
    height, width = (max(_MULTIPLE, side * scale // _MULTIPLE * _MULTIPLE) for side in small.shape[-2:])
    settings = settings_of(model, respacing=respacing, threshold=threshold, cfg=cfg)
    picture, hole = _kept(keep, mask, (len(small), 3, height, width))
    start = PixelStart(picture, seeds_for(seed, len(small)), hole)
    options = {"concat_image": small, "noise_augmentation": noise_augmentation}
    made = run_pixels(
        ctx,
        model,
        start,
        settings,
        with_options(positive, **options),
        None if negative is None else with_options(negative, **options),
    )
    return as_images(made)


def _kept(keep: Tensor | None, mask: Tensor | None, shape: tuple[int, int, int, int]) -> tuple[Tensor, Tensor | None]:
    """Return what a run starts from [B, 3, H, W], and where it is painted: [B, 1, H, W], or None for everywhere."""
    if (keep is None) != (mask is None):
        raise ValueError("A picture to keep and its mask belong together: wire both, or neither.")
    if keep is None or mask is None:
        return torch.zeros(shape), None
    size = shape[-2:]
    picture = torch.nn.functional.interpolate(to_autoencoder(keep), size, mode="bicubic", antialias=True).clamp(-1, 1)
    hole = torch.nn.functional.interpolate(mask.reshape(-1, 1, *mask.shape[-2:]).float(), size, mode="bilinear").round()
    return picture.expand(shape[0], -1, -1, -1).contiguous(), hole


@node(
    id="SD_4XUpscale_Conditioning",
    title="Upscale conditioning",
    category="conditioning",
    aliases=("x4", "upscaler", "super resolution"),
)
def x4_upscale_conditioning(
    *,
    images: Annotated[Image, Tooltip("The small picture")],
    positive: Conditioning,
    negative: Conditioning,
    scale_ratio: Annotated[float, Ge(0.1), Le(10), Step(0.01), Tooltip("How many times larger; 4 is its own")] = 4.0,
    noise_augmentation: Annotated[
        float, Ge(0), Le(1), Step(0.001), Tooltip("Noise on the small picture; 0.06 is the published default")
    ] = 0.0,
) -> tuple[
    Annotated[Conditioning, Name("positive")],
    Annotated[Conditioning, Name("negative")],
    Annotated[Latent, Name("latent")],
]:
    """Steers Stable Diffusion's x4 upscaler by a small picture (Rombach et al. 2022): noised, beside the latent.

    The latent is as large as the small picture; its autoencoder makes four pixels of each cell along a side.
    """
    factor = scale_ratio / 4
    size = (max(1, round(images.shape[1] * factor)), max(1, round(images.shape[2] * factor)))
    small = to_autoencoder(images)
    if small.shape[-2:] != size:
        small = torch.nn.functional.interpolate(small, size, mode="bicubic", antialias=True).clamp(-1, 1)
    options = {"concat_image": small.contiguous(), "noise_augmentation": noise_augmentation}
    latent: Latent = {"samples": torch.zeros(len(small), 4, *size)}
    return with_options(positive, **options), with_options(negative, **options), latent
