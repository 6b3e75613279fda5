"""Change the size of pictures, masks and latents."""

from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

Method = Literal["nearest-exact", "bilinear", "area", "bicubic", "lanczos", "bislerp"]
METHODS: tuple[Method, ...] = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
LATENT_METHODS: tuple[Method, ...] = ("nearest-exact", "bilinear", "area", "bicubic", "bislerp")
Crop = Literal["disabled", "center"]
CROPS: tuple[Crop, ...] = ("disabled", "center")


def resize(pixels: Tensor, width: int, height: int, method: str = "bicubic", crop: str = "disabled") -> Tensor:
    """Return `pixels` [B, C, H, W] at `width` × `height` cells.

    Args:
        pixels: pictures or latents.
        width, height: of the result, at least 1.
        method: one of `METHODS` or `LATENT_METHODS`. "lanczos" goes through 8-bit pictures as Pillow does and so takes
            values in 0..1; "bislerp" turns between neighbouring vectors along the sphere (Shoemake 1985) and scales
            their lengths apart, which keeps the spread of a latent.
        crop: "center" first cuts the middle part that has the result's shape, so that nothing is stretched.

    Raises:
        ValueError: an unknown method.
    """
    if crop == "center":
        pixels = _middle(pixels, width, height)
    if pixels.shape[2:] == (height, width):
        return pixels
    if method == "lanczos":
        return _lanczos(pixels, width, height)
    if method == "bislerp":
        return _bislerp(pixels, width, height)
    if method not in METHODS:
        raise ValueError(f"There is no resizing method named {method!r}; use one of {', '.join(METHODS)}, bislerp.")
    align = False if method in ("bilinear", "bicubic") else None
    return F.interpolate(pixels, size=(height, width), mode=method, align_corners=align)


def _middle(pixels: Tensor, width: int, height: int) -> Tensor:
    old_height, old_width = pixels.shape[2:]
    left = top = 0
    if old_width * height > old_height * width:
        left = round((old_width - old_height * width / height) / 2)
    elif old_width * height < old_height * width:
        top = round((old_height - old_width * height / width) / 2)
    return pixels[:, :, top : old_height - top, left : old_width - left]


def _lanczos(pixels: Tensor, width: int, height: int) -> Tensor:
    bytes_of = (pixels.float().clamp(0, 1) * 255).round().to("cpu", torch.uint8).numpy()
    planes = [
        np.stack(
            [np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.LANCZOS)) for plane in one]
        )
        for one in bytes_of
    ]
    return torch.from_numpy(np.stack(planes)).to(pixels.device, pixels.dtype) / 255


def _bislerp(pixels: Tensor, width: int, height: int) -> Tensor:
    wide = _slerp_along(pixels.float(), 3, width)
    return _slerp_along(wide, 2, height).to(pixels.dtype)


def _slerp_along(pixels: Tensor, axis: int, size: int) -> Tensor:
    """Interpolate along one axis, turning each cell's vector of channels towards its neighbour's."""
    old = pixels.shape[axis]
    # Cell centres, as bilinear interpolation without aligned corners has them.
    place = ((torch.arange(size, device=pixels.device) + 0.5) * old / size - 0.5).clamp(0, old - 1)
    low = place.floor().long()
    high = (low + 1).clamp(max=old - 1)
    shape = [1, 1, 1, 1]
    shape[axis] = size
    weight = (place - low).reshape(shape)
    return slerp(pixels.index_select(axis, low), pixels.index_select(axis, high), weight, axis=1)


def slerp(start: Tensor, end: Tensor, weight: Tensor | float, axis: int = -1) -> Tensor:
    """Go from `start` to `end` along the great circle; lengths change linearly (Shoemake 1985).

    Args:
        start, end: the same shape; vectors lie along `axis`.
        weight: 0 gives start, 1 gives end; it broadcasts.
        axis: of the vectors.

    Vectors that point the same or opposite ways, or have no length, are blended linearly: no one circle is theirs.
    """
    start_length, end_length = start.norm(dim=axis, keepdim=True), end.norm(dim=axis, keepdim=True)
    start_way = start / start_length.clamp_min(1e-12)
    end_way = end / end_length.clamp_min(1e-12)
    cosine = (start_way * end_way).sum(dim=axis, keepdim=True).clamp(-1, 1)
    angle = cosine.acos()
    sine = angle.sin()
    turned = (((1 - weight) * angle).sin() * start_way + (weight * angle).sin() * end_way) / sine.clamp_min(1e-6)
    turned = turned * ((1 - weight) * start_length + weight * end_length)
    straight = (1 - weight) * start + weight * end
    return torch.where(sine.abs() < 1e-4, straight, turned)
