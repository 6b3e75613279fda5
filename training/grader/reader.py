"""Read a picture: what is behind its things, the word on it, and what each thing is: its colour, place, size, style."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from training.grader.behind import nearest, see_behind
from training.grader.manner import bounds, mottled, shape_of
from training.grader.writing import find_word
from training.world.vocabulary import (
    COLOURS,
    PALETTE,
    PICTURE_SIZE,
    SIZES,
    ColourName,
    ObjectName,
    SizeName,
    StyleName,
    ViewName,
    WordName,
)

FOREGROUND = 45.0
"""RGB distance from the background at which a pixel belongs to a thing."""
LEAST_AREA = 40
"""Pixels of one colour under which a patch is taken for the edge of something else."""
LEAST_OVERLAP = 0.6
"""Overlap with the best silhouette under which a patch is no object of the world."""

FRINGE = 0.25
"""Overlap with the best silhouette under which a small patch beside a larger one is that one's edge."""
SMALL_SHARE = 0.25
"""How small it is beside the larger one."""

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
        style: how it is painted.
    """

    object: ObjectName | None
    colour: ColourName
    size: SizeName
    x: float
    y: float
    overlap: float
    style: StyleName = "flat"


@dataclass(frozen=True)
class Reading:
    """What a picture shows; `background` is white where a view is behind the things."""

    background: ColourName
    things: tuple[Found, ...]
    view: ViewName | None = None
    word: WordName | None = None


def _named(pixels: Floats) -> NDArray[np.intp]:
    """The index in COLOURS of the colour nearest to each pixel [H, W]."""
    centres = np.asarray([PALETTE[name] for name in COLOURS], dtype=np.float64)
    return np.linalg.norm(pixels[:, :, None, :] - centres, axis=-1).argmin(axis=-1)


def _seeds(colours: NDArray[np.intp], foreground: Mask) -> tuple[NDArray[np.int32], int]:
    """Number the patches of one colour: things that touch come apart where their colours differ."""
    core = ndimage.binary_erosion(foreground)
    seeds = np.zeros(foreground.shape, dtype=np.int32)
    count = 0
    for index in range(len(COLOURS)):
        patches, number = cast("tuple[NDArray[np.int32], int]", ndimage.label(core & (colours == index)))
        areas = np.bincount(patches.ravel(), minlength=number + 1)
        for patch in range(1, number + 1):
            if areas[patch] >= LEAST_AREA:
                count += 1
                seeds[patches == patch] = count
    return seeds, count


def _read_patch(pixels: Floats, patch: Mask, core: Mask, ground: Floats) -> Found:
    colour = np.median(pixels[core], axis=0)
    contrast = np.maximum(np.linalg.norm(colour - ground, axis=-1), 1.0)
    alpha = np.clip(np.linalg.norm(pixels - ground, axis=-1) / contrast, 0, 1) * patch
    rows, columns = np.where(alpha > 0.5)
    if len(rows) == 0:
        rows, columns = np.where(patch)
    top, bottom, left, right = int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1
    cut = alpha[top:bottom, left:right]
    best, style, fit = shape_of(cut)
    side = max(cut.shape) / (bounds(best, 40, style) if style == "pixel" else bounds(best, 96, "flat"))[1]
    size = min(SIZES, key=lambda name: abs(SIZES[name] - side))
    if style == "flat" and mottled(pixels, patch):
        style = "watercolour"
    known = best if fit >= LEAST_OVERLAP else None
    x, y = float(left + right) / 2, float(top + bottom) / 2
    return Found(known, nearest(colour, COLOURS), size, x, y, fit, style)


def _at_size(image: Image.Image) -> Floats:
    picture = image.convert("RGB")
    if picture.size != (PICTURE_SIZE, PICTURE_SIZE):
        picture = picture.resize((PICTURE_SIZE, PICTURE_SIZE), Image.Resampling.LANCZOS)
    return np.asarray(picture, dtype=np.float64)


def read_scene(image: Image.Image) -> Reading:
    """Read a picture of any square size; it is brought to 128 pixels first."""
    pixels = _at_size(image)
    behind = see_behind(pixels)
    ground = np.broadcast_to(behind.rows[:, None], pixels.shape)
    foreground = np.linalg.norm(pixels - ground, axis=-1) > FOREGROUND
    colours = _named(pixels)
    written = find_word(foreground & np.isin(colours, _INKS))
    if written is not None:
        foreground = foreground & ~written[1]
    seeds, count = _seeds(colours, foreground)
    owner = seeds
    if count:
        to_nearest = ndimage.distance_transform_edt(seeds == 0, return_distances=False, return_indices=True)
        assert to_nearest is not None
        owner = seeds[tuple(to_nearest)]
    patches = [(foreground & (owner == number), seeds == number) for number in range(1, count + 1)]
    whole = _with_their_holes(patches)
    found = [(_read_patch(pixels, *patch, ground), patch[0]) for patch in whole]
    things = tuple(one for one, patch in found if not (one.overlap < FRINGE and _hangs_on(patch, whole)))
    return Reading(behind.background, things, behind.view, written[0] if written else None)


_INKS = [COLOURS.index("black"), COLOURS.index("white")]


def _with_their_holes(patches: list[tuple[Mask, Mask]]) -> list[tuple[Mask, Mask]]:
    """Join a patch to the one whose hole it lies in: an outlined ring is two circles."""
    joined: list[tuple[Mask, Mask]] = []
    for patch, core in sorted(patches, key=lambda pair: -_reach(pair[0])):
        around = next((at for at, (outer, _) in enumerate(joined) if _lies_in(patch, outer)), None)
        if around is None:
            joined.append((patch, core))
        else:
            outer, its_core = joined[around]
            joined[around] = outer | patch, its_core | core
    return joined


def _reach(patch: Mask) -> int:
    rows, columns = np.where(patch)
    return int(np.ptp(rows) * np.ptp(columns)) if len(rows) else 0


def _hangs_on(patch: Mask, patches: list[tuple[Mask, Mask]]) -> bool:
    """Whether a patch touches one that is much larger."""
    grown = cast("Mask", ndimage.binary_dilation(patch, iterations=2))
    return any((other & grown).any() and patch.sum() < SMALL_SHARE * other.sum() for other, _ in patches)


def _lies_in(patch: Mask, outer: Mask) -> bool:
    """Whether most of a patch lies in holes of another."""
    holes = cast("Mask", ndimage.binary_fill_holes(outer)) & ~outer
    return bool((patch & holes).sum() > 0.8 * patch.sum())
