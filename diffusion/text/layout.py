"""Boxes as tokens for layout-to-image models (Rombach et al. 2022, section 4.3.1).

Three tokens a box: what it is, its top left corner, its bottom right corner. A corner is its place in a square grid
over the picture, counted row by row. At the end stand the corners of the part of the picture that is shown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

VOCABULARY = 8192
MOST_BOXES = 30
TOKENS = 3 * MOST_BOXES + 2


@dataclass(frozen=True)
class Box:
    """A thing and where it is, in shares of the picture's width and height.

    Attributes:
        category: number of its class (Open Images in the published model).
        left, top, width, height: 0 to 1.
    """

    category: int
    left: float
    top: float
    width: float
    height: float


def corner_token(x: float, y: float, vocabulary: int = VOCABULARY) -> int:
    """Return the token of a point, x and y in 0..1."""
    cells = math.isqrt(vocabulary)
    return round(y * (cells - 1)) * cells + round(x * (cells - 1))


def corner_of_token(token: int, vocabulary: int = VOCABULARY) -> tuple[float, float]:
    """Return the point (x, y) of a corner's token."""
    cells = math.isqrt(vocabulary)
    return token % cells / (cells - 1), token // cells / (cells - 1)


def layout_tokens(boxes: Sequence[Box], *, vocabulary: int = VOCABULARY, most: int = MOST_BOXES) -> list[int]:
    """Return the 3·most + 2 tokens of a layout.

    Args:
        boxes: at most `most`; empty places are filled with the vocabulary's last token.
        vocabulary: number of tokens; its square root is the grid's side.
        most: boxes that the model has room for.

    Raises:
        ValueError: too many boxes, or one that leaves the picture or has an impossible category.
    """
    if len(boxes) > most:
        raise ValueError(f"There are {len(boxes)} boxes; this model has room for {most}. Leave the smallest ones out.")
    none = vocabulary - 1
    tokens: list[int] = []
    for number, box in enumerate(boxes, start=1):
        if not 0 <= box.category < none:
            raise ValueError(f"Box {number} is of category {box.category}; categories go from 0 to {none - 1}.")
        right, bottom = box.left + box.width, box.top + box.height
        if not (0 <= box.left < right <= 1 and 0 <= box.top < bottom <= 1):
            raise ValueError(f"Box {number} leaves the picture: its sides must lie between 0 and 1.")
        tokens += [box.category, corner_token(box.left, box.top, vocabulary), corner_token(right, bottom, vocabulary)]
    tokens += [none] * (3 * (most - len(boxes)))
    return [*tokens, corner_token(0, 0, vocabulary), corner_token(1, 1, vocabulary)]
