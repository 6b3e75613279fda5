"""What is behind the things: one colour, or a view of sky and land."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from training.world.scene import Description
from training.world.vocabulary import COLOURS, NEAR, PALETTE, ColourName, ViewName

Colour = tuple[int, int, int]
_DAY: tuple[Colour, Colour] = ((95, 165, 235), (205, 232, 250))
_NIGHT: tuple[Colour, Colour] = ((10, 12, 45), (60, 50, 110))
_BANDS: dict[ViewName, tuple[tuple[Colour, Colour], ...]] = {
    "day sky": (_DAY,),
    "night sky": (_NIGHT,),
    "meadow": (_DAY, ((90, 170, 70), (60, 140, 55))),
    "snow": (_NIGHT, ((225, 230, 245), (200, 210, 235))),
}
"""From the top: the sky, and the land if there is any; each runs from one colour to another."""
HORIZON = 0.625
"""Where the land begins, as a share of the height."""


@cache
def view_rows(view: ViewName, height: int) -> NDArray[np.float32]:
    """The colour of each row of a view [height, 3], 0 to 255. Not to be written to."""
    bands = _BANDS[view]
    cut = height if len(bands) == 1 else round(height * HORIZON)
    parts = [
        np.linspace(first, last, rows, dtype=np.float32)
        for (first, last), rows in zip(bands, (cut, height - cut), strict=False)
    ]
    return np.concatenate(parts)


def ground_rows(description: Description, height: int) -> NDArray[np.float32]:
    """The colour of each row behind the things [height, 3]."""
    if description.view is not None:
        return view_rows(description.view, height)
    return np.tile(np.asarray(PALETTE[description.background], dtype=np.float32), (height, 1))


@cache
def colours_before(view: ViewName) -> tuple[ColourName, ...]:
    """The colours of things that are easy to see anywhere in a view."""
    rows = view_rows(view, 128)
    return tuple(
        name for name in COLOURS if np.linalg.norm(rows - np.asarray(PALETTE[name]), axis=-1).min() >= NEAR * 0.95
    )
