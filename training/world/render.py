"""Scenes to pictures of any size."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.world.grounds import ground_rows
from training.world.lettering import ink, lettering
from training.world.scene import Scene
from training.world.styles import paint_of, stencil
from training.world.vocabulary import PICTURE_SIZE, SIZES


@dataclass(frozen=True)
class Crop:
    """A part of a picture, in pixels of that picture."""

    left: int
    top: int
    width: int
    height: int


def _lay(
    canvas: NDArray[np.float32], mask: NDArray[np.float32], paint: NDArray[np.float32], left: int, top: int
) -> None:
    """Lay paint over the canvas where a mask [H, W] covers it; the mask's corner may lie outside."""
    height, width = mask.shape
    rows = slice(max(0, top), min(canvas.shape[0], top + height))
    columns = slice(max(0, left), min(canvas.shape[1], left + width))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    here = (slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left))
    region = canvas[rows, columns]
    region += mask[here][..., None] * (paint[here] - region)


def _paint(canvas: NDArray[np.float32], scene: Scene, scale: int, crop: Crop) -> None:
    """Paint the parts of things and of the word that lie in the crop."""
    description = scene.description
    for item in scene.items:
        box = SIZES[item.thing.size] * scale
        mask = stencil(item.thing.object, box, description.style, scale)
        paint = paint_of(item, box, description.style)
        _lay(canvas, mask, paint, item.x * scale - box // 2 - crop.left, item.y * scale - box // 2 - crop.top)
    if description.word is not None and scene.word_at is not None:
        mask = lettering(description.word, scale)
        paint = np.broadcast_to(np.asarray(ink(description), dtype=np.float32), (*mask.shape, 3))
        x, y = (place * scale for place in scene.word_at)
        _lay(canvas, mask, paint, x - mask.shape[1] // 2 - crop.left, y - mask.shape[0] // 2 - crop.top)


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
    canvas[:] = ground_rows(scene.description, full)[part.top : part.top + part.height, None]
    _paint(canvas, scene, scale, part)
    if full != size:
        canvas = _shrunk(canvas, size)
    return np.rint(canvas).astype(np.uint8)


def _shrunk(canvas: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    bands = [Image.fromarray(canvas[..., band]).resize((size, size), Image.Resampling.BOX) for band in range(3)]
    return np.stack([np.asarray(band, dtype=np.float32) for band in bands], axis=-1)


def render_image(scene: Scene, size: int = PICTURE_SIZE) -> Image.Image:
    """Paint a scene as a Pillow picture."""
    return Image.fromarray(render(scene, size))
