"""Silhouettes of the objects as antialiased masks."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training.world.vocabulary import ObjectName

SUPERSAMPLING = 8
LARGE = 128
"""Boxes above this are drawn with half the supersampling: four samples along a side are enough there."""

Points = list[tuple[float, float]]
"""Corners in the unit box: x and y from -1 (left, top) to 1 (right, bottom)."""


def _around(count: int, radii: tuple[float, ...], turn: float) -> Points:
    return [
        (
            radii[i % len(radii)] * math.cos(turn + 2 * math.pi * i / count),
            radii[i % len(radii)] * math.sin(turn + 2 * math.pi * i / count),
        )
        for i in range(count)
    ]


def _circle(radius: float, x: float = 0.0) -> Points:
    return [(x + px, py) for px, py in _around(96, (radius,), 0.0)]


def _heart() -> Points:
    turns = [2 * math.pi * i / 96 for i in range(96)]
    curve = [
        (16 * math.sin(t) ** 3, -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)))
        for t in turns
    ]
    return [(x / 16, (y - 2.5) / 15) for x, y in curve]


def _outlines(name: ObjectName) -> tuple[list[Points], list[Points]]:
    """Polygons to fill and polygons to cut out."""
    third = 0.36
    solid: dict[ObjectName, list[Points]] = {
        "circle": [_circle(1.0)],
        "square": [[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]],
        "triangle": [[(0, -1), (1, 0.9), (-1, 0.9)]],
        "star": [_around(10, (1.05, 0.45), -math.pi / 2)],
        "heart": [_heart()],
        "cross": [
            [(-third, -1), (third, -1), (third, 1), (-third, 1)],
            [(-1, -third), (1, -third), (1, third), (-1, third)],
        ],
        "ring": [_circle(1.0)],
        "diamond": [[(0, -1), (0.72, 0), (0, 1), (-0.72, 0)]],
        "moon": [_circle(1.0)],
        "house": [[(0, -1), (1, -0.15), (-1, -0.15)], [(-0.72, -0.2), (0.72, -0.2), (0.72, 1), (-0.72, 1)]],
        "tree": [
            [(0, -1), (0.62, -0.15), (-0.62, -0.15)],
            [(0, -0.6), (0.9, 0.55), (-0.9, 0.55)],
            [(-0.2, 0.5), (0.2, 0.5), (0.2, 1), (-0.2, 1)],
        ],
        "arrow": [[(0.05, -0.85), (1, 0), (0.05, 0.85)], [(-1, -0.32), (0.1, -0.32), (0.1, 0.32), (-1, 0.32)]],
    }
    cut: dict[ObjectName, list[Points]] = {"ring": [_circle(0.52)], "moon": [_circle(0.86, 0.52)]}
    return solid[name], cut.get(name, [])


@cache
def silhouette(name: ObjectName, size: int) -> NDArray[np.float32]:
    """Coverage of an object in its box: [size, size], 0 outside to 1 inside. Not to be written to."""
    side = size * (SUPERSAMPLING if size <= LARGE else SUPERSAMPLING // 2)
    canvas = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(canvas)
    solid, cut = _outlines(name)
    for outlines, value in ((solid, 255), (cut, 0)):
        for points in outlines:
            draw.polygon([((x + 1) / 2 * (side - 1), (y + 1) / 2 * (side - 1)) for x, y in points], fill=value)
    small = canvas.resize((size, size), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32) / 255.0
