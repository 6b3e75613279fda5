"""Scenes to pictures of any size."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.world.scene import Item, Scene
from training.world.shapes import silhouette
from training.world.vocabulary import PALETTE, PICTURE_SIZE, SIZES


@dataclass(frozen=True)
class Crop:
    """A part of a picture, in pixels of that picture."""

    left: int
    top: int
    width: int
    height: int


def _paint(canvas: NDArray[np.float32], item: Item, scale: int, crop: Crop) -> None:
    """Paint the part of a thing that lies in the crop."""
    box = SIZES[item.thing.size] * scale
    left, top = item.x * scale - box // 2 - crop.left, item.y * scale - box // 2 - crop.top
    rows = slice(max(0, top), min(crop.height, top + box))
    columns = slice(max(0, left), min(crop.width, left + box))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    mask = silhouette(item.thing.object, box)
    mask = mask[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left, None]
    region = canvas[rows, columns]
    region += mask * (np.asarray(PALETTE[item.thing.colour], dtype=np.float32) - region)


def render(scene: Scene, size: int = PICTURE_SIZE, crop: Crop | None = None) -> NDArray[np.uint8]:
    """Paint a scene, or a part of it without painting the rest.

    Multiples of 128 are painted at their own size; any other size is painted at the multiple above it, and each of
    its pixels is the mean of what it covers.

    Args:
        scene: what and where.
        size: side of the whole picture in pixels.
        crop: the part to paint, only for multiples of 128; None for all of it.

    Returns:
        RGB [H, W, 3], 0 to 255.

    Raises:
        ValueError: a crop of a size that is no multiple of 128.
    """
    scale = math.ceil(size / PICTURE_SIZE)
    full = scale * PICTURE_SIZE
    if crop is not None and full != size:
        raise ValueError(f"parts are painted of multiples of {PICTURE_SIZE} pixels, and the picture has {size}")
    part = crop or Crop(0, 0, full, full)
    canvas = np.empty((part.height, part.width, 3), dtype=np.float32)
    canvas[:] = PALETTE[scene.description.background]
    for item in scene.items:
        _paint(canvas, item, scale, part)
    if full != size:
        canvas = _shrunk(canvas, size)
    return np.rint(canvas).astype(np.uint8)


def _shrunk(canvas: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    bands = [Image.fromarray(canvas[..., band]).resize((size, size), Image.Resampling.BOX) for band in range(3)]
    return np.stack([np.asarray(band, dtype=np.float32) for band in bands], axis=-1)


def render_image(scene: Scene, size: int = PICTURE_SIZE) -> Image.Image:
    """Paint a scene as a Pillow picture."""
    return Image.fromarray(render(scene, size))
