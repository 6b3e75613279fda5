"""Read a picture: its background, and the object, colour, place and size of each thing in it."""

from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from training.world.shapes import silhouette
from training.world.vocabulary import (
    BACKGROUNDS,
    COLOURS,
    OBJECTS,
    PALETTE,
    PICTURE_SIZE,
    SIZES,
    ColourName,
    ObjectName,
    SizeName,
)

BORDER = 3
"""Width in pixels of the frame whose median is the background."""
FOREGROUND = 45.0
"""RGB distance from the background at which a pixel belongs to a thing."""
LEAST_AREA = 40
"""Pixels of one colour under which a patch is taken for the edge of something else."""
LEAST_OVERLAP = 0.6
"""Overlap with the best silhouette under which a patch is no object of the world."""

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """A thing seen in a picture.

    Attributes:
        object: the best silhouette, or None where none fits.
        colour: the nearest colour of the palette.
        size: the nearest size.
        x, y: centre of its box in pixels.
        overlap: intersection over union with the silhouette, 0 to 1.
    """

    object: ObjectName | None
    colour: ColourName
    size: SizeName
    x: float
    y: float
    overlap: float


@dataclass(frozen=True)
class Reading:
    """What a picture shows."""

    background: ColourName
    things: tuple[Found, ...]


def _nearest(rgb: Floats, names: tuple[ColourName, ...]) -> ColourName:
    distances = [float(np.linalg.norm(rgb - np.asarray(PALETTE[name]))) for name in names]
    return names[int(np.argmin(distances))]


@cache
def _template(name: ObjectName) -> tuple[NDArray[np.float32], float]:
    """A silhouette cut to its own bounds, and the share of its box that its longer side takes."""
    full = silhouette(name, 96)
    rows, columns = np.where(full > 0.5)
    cut = full[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return cut, max(cut.shape) / 96


def _overlap(alpha: Floats, name: ObjectName) -> float:
    """Soft intersection over union of a patch with a silhouette stretched to the same box, less for a wrong aspect."""
    cut, _ = _template(name)
    height, width = alpha.shape
    stretched = Image.fromarray(cut).resize((width, height), Image.Resampling.BOX)
    target = np.asarray(stretched, dtype=np.float64)
    union = np.maximum(alpha, target).sum()
    aspect = (width / height) / (cut.shape[1] / cut.shape[0])
    return float(np.minimum(alpha, target).sum() / union) * min(aspect, 1 / aspect) ** 0.5


def _seeds(pixels: Floats, foreground: Mask) -> tuple[NDArray[np.int32], int]:
    """Number the patches of one colour: things that touch come apart where their colours differ."""
    centres = np.asarray([PALETTE[name] for name in COLOURS], dtype=np.float64)
    nearest = np.linalg.norm(pixels[:, :, None, :] - centres, axis=-1).argmin(axis=-1)
    core = ndimage.binary_erosion(foreground)
    seeds = np.zeros(foreground.shape, dtype=np.int32)
    count = 0
    for index in range(len(COLOURS)):
        patches, number = cast("tuple[NDArray[np.int32], int]", ndimage.label(core & (nearest == index)))
        areas = np.bincount(patches.ravel(), minlength=number + 1)
        for patch in range(1, number + 1):
            if areas[patch] >= LEAST_AREA:
                count += 1
                seeds[patches == patch] = count
    return seeds, count


def _read_patch(pixels: Floats, patch: Mask, core: Mask, ground: Floats) -> Found:
    colour = np.median(pixels[core], axis=0)
    contrast = max(float(np.linalg.norm(colour - ground)), 1.0)
    alpha = np.clip(np.linalg.norm(pixels - ground, axis=-1) / contrast, 0, 1) * patch
    rows, columns = np.where(alpha > 0.5)
    if len(rows) == 0:
        rows, columns = np.where(patch)
    top, bottom, left, right = int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1
    cut = alpha[top:bottom, left:right]
    scores = {name: _overlap(cut, name) for name in OBJECTS}
    best = max(OBJECTS, key=lambda name: scores[name])
    side = max(cut.shape) / _template(best)[1]
    size = min(SIZES, key=lambda name: abs(SIZES[name] - side))
    known = best if scores[best] >= LEAST_OVERLAP else None
    return Found(known, _nearest(colour, COLOURS), size, float(left + right) / 2, float(top + bottom) / 2, scores[best])


def read_scene(image: Image.Image) -> Reading:
    """Read a picture of any square size; it is brought to 128 pixels first."""
    picture = image.convert("RGB")
    if picture.size != (PICTURE_SIZE, PICTURE_SIZE):
        picture = picture.resize((PICTURE_SIZE, PICTURE_SIZE), Image.Resampling.LANCZOS)
    pixels = np.asarray(picture, dtype=np.float64)
    inner = np.zeros(pixels.shape[:2], dtype=np.bool_)
    inner[BORDER:-BORDER, BORDER:-BORDER] = True
    ground = np.median(pixels[~inner], axis=0)
    foreground = np.linalg.norm(pixels - ground, axis=-1) > FOREGROUND
    seeds, count = _seeds(pixels, foreground)
    owner = seeds
    if count:
        nearest = ndimage.distance_transform_edt(seeds == 0, return_distances=False, return_indices=True)
        assert nearest is not None
        owner = seeds[tuple(nearest)]
    found = [_read_patch(pixels, foreground & (owner == n), seeds == n, ground) for n in range(1, count + 1)]
    return Reading(_nearest(ground, BACKGROUNDS), tuple(found))
