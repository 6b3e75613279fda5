"""Pictures: size, cut, turn, join and lay over one another."""

from typing import Annotated

import torch

from diffusion.image.mask import paste, repeat_to
from diffusion.image.resize import CROPS, METHODS, resize
from graph_engine.spec.sdk import Choices, Ge, Le, Step, Tooltip, node
from nodes.pictures import MAX_SIDE
from nodes.sockets import Image, Mask

MAX_PIXELS = 268_435_456
TURNS = ("none", "90 degrees", "180 degrees", "270 degrees")
Method = Annotated[str, Choices(METHODS), Tooltip("How pixels are made; area is best for making smaller")]
Side = Annotated[int, Ge(0), Le(MAX_SIDE), Tooltip("0 follows from the other side and the picture's shape")]
Place = Annotated[int, Ge(-MAX_SIDE), Le(MAX_SIDE)]


@node(id="ImageScale", title="Resize image", category="image/size", aliases=("scale", "upscale", "bigger", "smaller"))
def image_scale(
    *,
    image: Image,
    upscale_method: Method = "lanczos",
    width: Side = 512,
    height: Side = 512,
    crop: Annotated[str, Choices(CROPS), Tooltip("center cuts to the new shape; disabled stretches")] = "disabled",
) -> Image:
    """Brings pictures to a width and height."""
    width, height = _sides(image, width, height)
    return _channels_last(resize(_channels_first(image), width, height, upscale_method, crop))


@node(id="ImageScaleBy", title="Resize by factor", category="image/size", aliases=("scale", "upscale"))
def image_scale_by(
    *, image: Image, upscale_method: Method = "lanczos", scale_by: Annotated[float, Ge(0.01), Le(8), Step(0.01)] = 1.0
) -> Image:
    """Makes pictures larger or smaller by a factor."""
    width, height = (max(1, round(side * scale_by)) for side in (image.shape[2], image.shape[1]))
    _check(width, height)
    return _channels_last(resize(_channels_first(image), width, height, upscale_method))


@node(
    id="ImageScaleToTotalPixels", title="Resize to megapixels", category="image/size", aliases=("scale", "megapixels")
)
def image_scale_to_total_pixels(
    *,
    image: Image,
    upscale_method: Method = "lanczos",
    megapixels: Annotated[float, Ge(0.01), Le(64), Step(0.01)] = 1.0,
) -> Image:
    """Brings pictures to a number of megapixels (1024 × 1024 is one) and keeps their shape."""
    factor = (megapixels * 1024 * 1024 / (image.shape[1] * image.shape[2])) ** 0.5
    width, height = (max(1, round(side * factor)) for side in (image.shape[2], image.shape[1]))
    return _channels_last(resize(_channels_first(image), width, height, upscale_method))


@node(id="ImageCrop", title="Crop image", category="image/size", aliases=("cut",))
def image_crop(
    *,
    image: Image,
    width: Annotated[int, Ge(1), Le(MAX_SIDE)] = 512,
    height: Annotated[int, Ge(1), Le(MAX_SIDE)] = 512,
    x: Annotated[int, Ge(0), Le(MAX_SIDE)] = 0,
    y: Annotated[int, Ge(0), Le(MAX_SIDE)] = 0,
) -> Image:
    """Cuts a part out of pictures. A corner beyond the picture is moved to its last pixel."""
    left, top = min(x, image.shape[2] - 1), min(y, image.shape[1] - 1)
    return image[:, top : top + height, left : left + width].contiguous()


@node(id="ImageBatch", title="Join images", category="image/batch", aliases=("batch", "combine", "append"))
def image_batch(*, image1: Image, image2: Image) -> Image:
    """Puts two batches of pictures into one. The second is brought to the size of the first."""
    if image2.shape[1:3] != image1.shape[1:3]:
        height, width = image1.shape[1:3]
        image2 = _channels_last(resize(_channels_first(image2), width, height, "bilinear", "center"))
    channels = min(image1.shape[3], image2.shape[3])
    return torch.cat([image1[..., :channels], image2[..., :channels]])


@node(
    id="ImageListToBatch", title="List to batch", category="image/batch", list_inputs=True, aliases=("collect", "join")
)
def image_list_to_batch(*, images: list[Image]) -> Image:
    """Puts the pictures of a list into one batch, to set them side by side, each in the size of the first."""
    joined = images[0]
    return torch.cat([joined, *(image_batch(image1=joined[:1], image2=one)[1:] for one in images[1:])])


@node(id="RepeatImageBatch", title="Repeat images", category="image/batch", aliases=("batch",))
def repeat_image_batch(*, image: Image, amount: Annotated[int, Ge(1), Le(4096)] = 1) -> Image:
    """Repeats a batch of pictures."""
    return image.repeat(amount, 1, 1, 1)


@node(id="ImageFromBatch", title="Pick images", category="image/batch", aliases=("batch", "select", "slice"))
def image_from_batch(
    *,
    image: Image,
    batch_index: Annotated[int, Ge(0), Le(4095)] = 0,
    length: Annotated[int, Ge(1), Le(4096)] = 1,
) -> Image:
    """Takes some pictures out of a batch. An index beyond the last takes the last."""
    start = min(batch_index, len(image) - 1)
    return image[start : start + length].clone()


@node(id="ImageFlip", title="Flip image", category="image/size", aliases=("mirror",))
def image_flip(*, image: Image, flip_method: Annotated[str, Choices(("x-axis", "y-axis"))] = "y-axis") -> Image:
    """Mirrors pictures: x-axis swaps top and bottom, y-axis swaps left and right."""
    return image.flip(1 if flip_method == "x-axis" else 2)


@node(id="ImageRotate", title="Turn image", category="image/size", aliases=("rotate",))
def image_rotate(*, image: Image, rotation: Annotated[str, Choices(TURNS)] = "none") -> Image:
    """Turns pictures clockwise."""
    turns = TURNS.index(rotation)
    return image.rot90(turns, dims=(2, 1))


@node(id="ImageBlend", title="Blend images", category="image/join", aliases=("mix", "multiply", "screen"))
def image_blend(
    *,
    image1: Image,
    image2: Image,
    blend_factor: Annotated[float, Ge(0), Le(1), Step(0.01), Tooltip("Share of the second picture")] = 0.5,
    blend_mode: Annotated[
        str, Choices(("normal", "multiply", "screen", "overlay", "soft_light", "difference"))
    ] = "normal",
) -> Image:
    """Mixes two pictures. The second is brought to the size of the first."""
    height, width = image1.shape[1:3]
    above = repeat_to(_channels_last(resize(_channels_first(image2), width, height, "bicubic", "center")), len(image1))
    mixed = _blend(image1[..., :3], above[..., :3], blend_mode)
    return (image1[..., :3] * (1 - blend_factor) + mixed * blend_factor).clamp(0, 1)


@node(id="ImageCompositeMasked", title="Lay image over", category="image/join", aliases=("paste", "composite"))
def image_composite_masked(
    *,
    destination: Image,
    source: Image,
    x: Place = 0,
    y: Place = 0,
    resize_source: bool = False,
    mask: Mask | None = None,
) -> Image:
    """Lays one picture over another; the mask says where it shows. What is outside the mask stays bit for bit."""
    above = _channels_first(source[..., :3])
    if resize_source:
        above = resize(above, destination.shape[2], destination.shape[1], "bilinear")
    return _channels_last(paste(_channels_first(destination[..., :3]), above, x, y, mask))


@node(id="ImagePadForOutpaint", title="Pad for outpainting", category="image/size", aliases=("extend", "outpaint"))
def image_pad_for_outpaint(
    *,
    image: Image,
    left: Annotated[int, Ge(0), Le(MAX_SIDE)] = 0,
    top: Annotated[int, Ge(0), Le(MAX_SIDE)] = 0,
    right: Annotated[int, Ge(0), Le(MAX_SIDE)] = 0,
    bottom: Annotated[int, Ge(0), Le(MAX_SIDE)] = 0,
    feathering: Annotated[int, Ge(0), Le(MAX_SIDE), Tooltip("Pixels over which old and new blend")] = 40,
) -> tuple[Image, Mask]:
    """Adds a grey border to paint into. MASK is 1 on the border and fades into the picture."""
    batch, height, width, channels = image.shape
    _check(width + left + right, height + top + bottom)
    padded = torch.full((batch, height + top + bottom, width + left + right, channels), 0.5)
    padded[:, top : top + height, left : left + width] = image
    mask = torch.ones(1, height + top + bottom, width + left + right)
    mask[:, top : top + height, left : left + width] = _fade(height, width, (left, top, right, bottom), feathering)
    return padded, mask


def _fade(height: int, width: int, borders: tuple[int, int, int, int], feathering: int) -> torch.Tensor:
    """How much of each old pixel is painted anew: all at a border that was added, falling to nothing."""
    if not feathering or feathering * 2 >= min(height, width):
        return torch.zeros(height, width)
    far = float(feathering)
    columns = torch.arange(width, dtype=torch.float32).expand(height, width)
    rows = torch.arange(height, dtype=torch.float32).reshape(-1, 1).expand(height, width)
    left, top, right, bottom = borders
    distances = [
        distance
        for added, distance in ((left, columns), (top, rows), (right, width - columns), (bottom, height - rows))
        if added
    ]
    if not distances:
        return torch.zeros(height, width)
    nearest = torch.stack(distances).amin(dim=0).clamp(max=far)
    return ((far - nearest) / far) ** 2


def _blend(below: torch.Tensor, above: torch.Tensor, mode: str) -> torch.Tensor:
    if mode == "multiply":
        return below * above
    if mode == "screen":
        return 1 - (1 - below) * (1 - above)
    if mode == "overlay":
        return torch.where(below <= 0.5, 2 * below * above, 1 - 2 * (1 - below) * (1 - above))
    if mode == "difference":
        return below - above
    if mode == "soft_light":
        # The W3C's compositing recommendation, section 10.1.8.
        root = torch.where(below <= 0.25, ((16 * below - 12) * below + 4) * below, below.sqrt())
        darker, lighter = below - (1 - 2 * above) * below * (1 - below), below + (2 * above - 1) * (root - below)
        return torch.where(above <= 0.5, darker, lighter)
    return above


def _sides(image: torch.Tensor, width: int, height: int) -> tuple[int, int]:
    old_height, old_width = image.shape[1:3]
    if not width and not height:
        return old_width, old_height
    width = width or max(1, round(old_width * height / old_height))
    height = height or max(1, round(old_height * width / old_width))
    _check(width, height)
    return width, height


def _check(width: int, height: int) -> None:
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise ValueError(
            f"The result would be {width} × {height} pixels; at most {MAX_SIDE} a side and "
            f"{MAX_PIXELS // 1_000_000} megapixels are made."
        )


def _channels_first(image: torch.Tensor) -> torch.Tensor:
    return image.permute(0, 3, 1, 2)


def _channels_last(image: torch.Tensor) -> torch.Tensor:
    return image.permute(0, 2, 3, 1).contiguous()
