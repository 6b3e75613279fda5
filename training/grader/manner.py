"""In which style a thing is painted."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from training.world.styles import stencil
from training.world.vocabulary import OBJECTS, SIZES, ObjectName, StyleName

CLEARLY = 0.04
"""By how much an outline, or a shape of coarse pixels, must fit better than the full shape."""
MOTTLED = 7.0
"""Deviation of brightness inside a thing, of 255, above which it is watercolour."""
DEEP = 3
"""Pixels from the edge where the inside begins."""

Floats = NDArray[np.float64]


@cache
def bounds(name: ObjectName, size: int, style: StyleName) -> tuple[NDArray[np.float32], float]:
    """A stencil cut to its own bounds, and the share of its box that its longer side takes."""
    full = stencil(name, size, style)
    rows, columns = np.where(full > 0.5)
    cut = full[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return cut, max(cut.shape) / size


def overlap(alpha: Floats, name: ObjectName, style: StyleName = "flat", size: int = 96) -> float:
    """Soft intersection over union of a patch with a stencil stretched to the same box, less for a wrong aspect."""
    cut, _ = bounds(name, size, style)
    height, width = alpha.shape
    stretched = Image.fromarray(cut).resize((width, height), Image.Resampling.BOX)
    target = np.asarray(stretched, dtype=np.float64)
    union = np.maximum(alpha, target).sum()
    aspect = (width / height) / (cut.shape[1] / cut.shape[0])
    return float(np.minimum(alpha, target).sum() / union) * min(aspect, 1 / aspect) ** 0.5


def _sized(alpha: Floats, style: StyleName) -> tuple[ObjectName, float]:
    """The object whose stencil of this style fits best, at the size that the patch has."""
    scores: dict[ObjectName, float] = {}
    for name in OBJECTS:
        side = max(alpha.shape) / bounds(name, 40, style)[1]
        scores[name] = overlap(alpha, name, style, min(SIZES.values(), key=lambda size: abs(size - side)))
    best = max(OBJECTS, key=lambda name: scores[name])
    return best, scores[best]


def shape_of(alpha: Floats) -> tuple[ObjectName, StyleName, float]:
    """Object, style as far as the shape tells, and overlap of a patch [H, W] cut to its bounds."""
    full = {name: overlap(alpha, name) for name in OBJECTS}
    best = max(OBJECTS, key=lambda name: full[name])
    line, fit = _sized(alpha, "outline")
    if fit > full[best] + CLEARLY:
        return line, "outline", fit
    coarse, fit = _sized(alpha, "pixel")
    if fit > full[best] + CLEARLY:
        return coarse, "pixel", fit
    return best, "flat", full[best]


def mottled(pixels: Floats, patch: NDArray[np.bool_]) -> bool:
    """Whether the colour inside a patch is uneven as watercolour is."""
    inside = ndimage.binary_erosion(patch, iterations=DEEP)
    if inside.sum() < 20:
        return False
    return float(pixels.mean(axis=-1)[inside].std()) > MOTTLED
