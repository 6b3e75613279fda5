"""How a thing is painted: flat, as an outline, in watercolour, or in coarse pixels."""

import random
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from training.world.scene import Item
from training.world.shapes import silhouette
from training.world.vocabulary import PALETTE, ObjectName, StyleName

STROKE = 4.0
"""Width of an outline in pixels of a picture of 128."""
CELL = 5.0
"""Side of a coarse pixel, likewise."""
MOTTLING = 14.0
"""Deviation of watercolour from its colour, of 255."""
RIM = 20.0
"""How much darker watercolour dries at its edge, of 255."""
_FINE = 4

Floats = NDArray[np.float32]


@lru_cache(maxsize=512)
def stencil(name: ObjectName, box: int, style: StyleName, scale: int = 1) -> Floats:
    """Coverage of an object in its box [box, box], 0 to 1, in a style. Not to be written to.

    Args:
        name, style: what and how.
        box: side of the object's box in pixels.
        scale: of the picture, 1 for 128 pixels; strokes and coarse pixels grow with it.
    """
    if style == "outline":
        return _outline(name, box, STROKE * scale)
    if style == "pixel":
        cells = max(2, round(box / (CELL * scale)))
        coarse = Image.fromarray((silhouette(name, cells) > 0.5).astype(np.uint8))
        return np.asarray(coarse.resize((box, box), Image.Resampling.NEAREST)).astype(np.float32)
    if style == "watercolour":
        return np.asarray(ndimage.gaussian_filter(silhouette(name, box), 0.9 * scale), dtype=np.float32)
    return silhouette(name, box)


def _outline(name: ObjectName, box: int, stroke: float) -> Floats:
    """The part of a silhouette that is nearer to its edge than a stroke, each pixel the mean of finer ones."""
    fine = _FINE if box <= 128 else 1
    inside = np.pad(silhouette(name, box * fine) > 0.5, 1)
    depth = np.asarray(ndimage.distance_transform_edt(inside))[1:-1, 1:-1]
    line = ((depth > 0) & (depth <= stroke * fine)).astype(np.float32)
    return line.reshape(box, fine, box, fine).mean(axis=(1, 3), dtype=np.float32)


def paint_of(item: Item, box: int, style: StyleName) -> Floats:
    """The colour of every pixel of a thing's box [box, box, 3], 0 to 255."""
    plain = np.asarray(PALETTE[item.thing.colour], dtype=np.float32)
    if style != "watercolour":
        return np.broadcast_to(plain, (box, box, 3))
    rng = random.Random(f"watercolour {item}")
    coarse = np.asarray([[rng.uniform(-1, 1) for _ in range(5)] for _ in range(5)], dtype=np.float32)
    cloud = np.asarray(Image.fromarray(coarse).resize((box, box), Image.Resampling.BICUBIC))
    body = silhouette(item.thing.object, box)
    rim = body * (1 - ndimage.gaussian_filter(body, box / 16))
    cloud = cloud - cloud[body > 0.5].mean()
    shade = MOTTLING * np.clip(cloud / cloud[body > 0.5].std(), -2, 2) - 2 * RIM * rim
    return np.clip(plain + shade[..., None], 0, 255)
