"""Masks: make, change, and go between masks and pictures."""

from typing import Annotated

import torch

from diffusion.image.mask import COMBINATIONS, feather, gaussian_blur, grow, paste
from diffusion.image.picture_file import read_picture
from graph_engine.spec.sdk import Choices, Ge, InputFile, Le, NodeContext, Step, Tooltip, node
from nodes.pictures import MAX_SIDE, WHITE
from nodes.sockets import Image, Mask

CHANNELS = ("red", "green", "blue", "alpha")
Side = Annotated[int, Ge(1), Le(MAX_SIDE)]
Cells = Annotated[int, Ge(0), Le(MAX_SIDE)]


@node(id="LoadImageMask", title="Load mask", category="mask", aliases=("open",))
def load_image_mask(
    ctx: NodeContext, *, image: Annotated[str, InputFile()], channel: Annotated[str, Choices(CHANNELS)] = "alpha"
) -> Mask:
    """Reads one channel of a picture as a mask. For alpha, 1 is where the picture is transparent."""
    picture, transparent = read_picture(ctx.files.input(image))
    return transparent if channel == "alpha" else picture[..., CHANNELS.index(channel)].contiguous()


@node(id="SolidMask", title="Plain mask", category="mask", aliases=("empty", "full"))
def solid_mask(
    *, value: Annotated[float, Ge(0), Le(1), Step(0.01)] = 1.0, width: Side = 512, height: Side = 512
) -> Mask:
    """A mask of one value."""
    return torch.full((1, height, width), value)


@node(id="MaskToImage", title="Mask to image", category="mask", aliases=("convert", "show"))
def mask_to_image(*, mask: Mask) -> Image:
    """Shows a mask as a picture: white is 1."""
    return mask.unsqueeze(-1).expand(-1, -1, -1, 3).contiguous()


@node(id="ImageToMask", title="Image to mask", category="mask", aliases=("convert", "channel"))
def image_to_mask(*, image: Image, channel: Annotated[str, Choices(CHANNELS)] = "red") -> Mask:
    """Takes one channel of pictures as a mask. Pictures without alpha are opaque: 1 everywhere."""
    index = CHANNELS.index(channel)
    return image[..., index].contiguous() if index < image.shape[3] else torch.ones(image.shape[:3])


@node(id="ImageColorToMask", title="Colour to mask", category="mask", aliases=("select", "key"))
def image_color_to_mask(*, image: Image, color: Annotated[int, Ge(0), Le(WHITE)] = 0) -> Mask:
    """1 where a picture has exactly the colour 0xRRGGBB."""
    wanted = torch.tensor([color >> shift & 0xFF for shift in (16, 8, 0)])
    return ((image[..., :3].clamp(0, 1) * 255).round().long() == wanted).all(dim=-1).float()


@node(id="InvertMask", title="Invert mask", category="mask", aliases=("negative",))
def invert_mask(*, mask: Mask) -> Mask:
    """Swaps 1 and 0."""
    return 1 - mask


@node(id="CropMask", title="Crop mask", category="mask", aliases=("cut",))
def crop_mask(*, mask: Mask, x: Cells = 0, y: Cells = 0, width: Side = 512, height: Side = 512) -> Mask:
    """Cuts a part out of a mask."""
    left, top = min(x, mask.shape[2] - 1), min(y, mask.shape[1] - 1)
    return mask[:, top : top + height, left : left + width].contiguous()


@node(id="MaskComposite", title="Combine masks", category="mask", aliases=("add", "subtract", "and", "or", "xor"))
def mask_composite(
    *,
    destination: Mask,
    source: Mask,
    x: Cells = 0,
    y: Cells = 0,
    operation: Annotated[str, Choices(tuple(COMBINATIONS))] = "multiply",
) -> Mask:
    """Combines a mask with another one laid over it at a place; outside of it the first stays."""
    below = destination.unsqueeze(1)
    rows, columns = min(source.shape[1], below.shape[2] - y), min(source.shape[2], below.shape[3] - x)
    if rows < 1 or columns < 1:
        return destination
    part = below[:, :, y : y + rows, x : x + columns]
    combined = COMBINATIONS[operation](part, source.unsqueeze(1)[:, :, :rows, :columns]).clamp(0, 1)
    return paste(below, combined, x, y).squeeze(1)


@node(id="FeatherMask", title="Feather mask", category="mask", aliases=("fade", "soft edge"))
def feather_mask(*, mask: Mask, left: Cells = 0, top: Cells = 0, right: Cells = 0, bottom: Cells = 0) -> Mask:
    """Lets a mask fade out towards the edges of the picture."""
    return feather(mask, left, top, right, bottom)


@node(id="GrowMask", title="Grow mask", category="mask", aliases=("expand", "shrink", "dilate", "erode"))
def grow_mask(
    *,
    mask: Mask,
    expand: Annotated[int, Ge(-MAX_SIDE), Le(MAX_SIDE), Tooltip("Pixels; a negative number shrinks")] = 0,
    tapered_corners: bool = True,
) -> Mask:
    """Lets the masked spots grow or shrink. Tapered corners grow like a diamond, others like a square."""
    return grow(mask, max(-4096, min(4096, expand)), round_corners=tapered_corners)


@node(id="BlurMask", title="Blur mask", category="mask", aliases=("soften", "feather"))
def blur_mask(*, mask: Mask, radius: Annotated[float, Ge(0), Le(256), Step(0.5), Tooltip("Pixels")] = 4.0) -> Mask:
    """Softens a mask's edges with a Gaussian of that standard deviation, so that old and new blend."""
    return gaussian_blur(mask.unsqueeze(1), max(1, round(radius * 3)) if radius else 0, radius).squeeze(1)


@node(id="ThresholdMask", title="Threshold mask", category="mask", aliases=("binary",))
def threshold_mask(*, mask: Mask, value: Annotated[float, Ge(0), Le(1), Step(0.01)] = 0.5) -> Mask:
    """1 where a mask is above a value, else 0."""
    return (mask > value).float()


@node(id="SplitImageWithAlpha", title="Split transparency", category="mask", aliases=("alpha",))
def split_image_with_alpha(*, image: Image) -> tuple[Image, Mask]:
    """Takes a picture and its transparency apart; the mask is 1 where it is transparent."""
    alpha = image[..., 3] if image.shape[3] > 3 else torch.ones(image.shape[:3])
    return image[..., :3].contiguous(), 1 - alpha


@node(id="JoinImageWithAlpha", title="Join transparency", category="mask", aliases=("alpha", "transparent"))
def join_image_with_alpha(*, image: Image, alpha: Mask) -> Image:
    """Makes a picture transparent where the mask is 1."""
    opacity = 1 - torch.nn.functional.interpolate(alpha.unsqueeze(1), size=image.shape[1:3], mode="bilinear").squeeze(1)
    rows = max(len(image), len(opacity))
    index = torch.arange(rows)
    return torch.cat([image[index % len(image)][..., :3], opacity[index % len(opacity)].unsqueeze(-1)], dim=-1)
