"""What is behind the things of a picture: one colour, or a view."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.world.grounds import view_rows
from training.world.vocabulary import BACKGROUNDS, PALETTE, VIEWS, ColourName, ViewName

BORDER = 3
"""Width in pixels of the frame that shows the ground alone."""
UNEVEN = 12.0
"""Mean RGB distance of the frame's rows from their median above which the ground is no single colour."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Behind:
    """What is behind the things, and its colour in every row [H, 3]."""

    background: ColourName
    view: ViewName | None
    rows: Floats


def nearest(rgb: Floats, names: tuple[ColourName, ...]) -> ColourName:
    """The colour of the palette that is nearest."""
    distances = [float(np.linalg.norm(rgb - np.asarray(PALETTE[name]))) for name in names]
    return names[int(np.argmin(distances))]


def see_behind(pixels: Floats) -> Behind:
    """Read the ground of a picture [H, W, 3] from its frame."""
    sides = np.concatenate([pixels[:, :BORDER], pixels[:, -BORDER:]], axis=1)
    rows = np.median(sides, axis=1)
    if np.linalg.norm(rows - np.median(rows, axis=0), axis=-1).mean() > UNEVEN:
        distances = [float(np.linalg.norm(rows - view_rows(view, len(rows)), axis=-1).mean()) for view in VIEWS]
        return Behind("white", VIEWS[int(np.argmin(distances))], rows)
    inner = np.zeros(pixels.shape[:2], dtype=np.bool_)
    inner[BORDER:-BORDER, BORDER:-BORDER] = True
    colour = np.median(pixels[~inner], axis=0)
    return Behind(nearest(colour, BACKGROUNDS), None, np.tile(colour, (len(rows), 1)))
