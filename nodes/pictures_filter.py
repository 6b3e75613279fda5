"""Pictures: blur, sharpen, fewer colours."""

from typing import Annotated

import torch
from PIL import Image as PillowImage

from diffusion.image.mask import gaussian_blur
from diffusion.image.pixels import from_pillow, to_pillow
from graph_engine.spec.sdk import Choices, Ge, Le, NodeContext, Step, Tooltip, node
from nodes.sockets import Image

Radius = Annotated[int, Ge(1), Le(31)]
Sigma = Annotated[float, Ge(0.1), Le(10), Step(0.1)]


@node(id="ImageBlur", title="Blur image", category="image/filter", aliases=("gaussian", "soft"))
def image_blur(*, image: Image, blur_radius: Radius = 1, sigma: Sigma = 1.0) -> Image:
    """Blurs pictures with a Gaussian."""
    return gaussian_blur(image.permute(0, 3, 1, 2), blur_radius, sigma).permute(0, 2, 3, 1).contiguous()


@node(id="ImageSharpen", title="Sharpen image", category="image/filter", aliases=("unsharp mask",))
def image_sharpen(
    *,
    image: Image,
    sharpen_radius: Radius = 1,
    sigma: Sigma = 1.0,
    alpha: Annotated[float, Ge(0), Le(5), Step(0.01), Tooltip("How much sharper; 0 changes nothing")] = 1.0,
) -> Image:
    """Sharpens pictures: adds `alpha` times what a Gaussian blur takes away (unsharp masking)."""
    blurred = gaussian_blur(image.permute(0, 3, 1, 2), sharpen_radius, sigma).permute(0, 2, 3, 1)
    return (image + alpha * (image - blurred)).clamp(0, 1).contiguous()


@node(id="ImageQuantize", title="Fewer colours", category="image/filter", aliases=("palette", "posterize"))
def image_quantize(
    ctx: NodeContext,
    *,
    image: Image,
    colors: Annotated[int, Ge(1), Le(256)] = 256,
    dither: Annotated[str, Choices(("none", "floyd-steinberg"))] = "floyd-steinberg",
) -> Image:
    """Reduces each picture to a palette of that many colours."""
    result: list[torch.Tensor] = []
    chosen = PillowImage.Dither.NONE if dither == "none" else PillowImage.Dither.FLOYDSTEINBERG
    for one in image:
        ctx.check_cancelled()
        picture = to_pillow(one[..., :3])
        palette = picture.quantize(colors)
        result.append(from_pillow(picture.quantize(colors, palette=palette, dither=chosen)))
    return torch.stack(result)
