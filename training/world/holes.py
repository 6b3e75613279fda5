"""Holes as people paint them: around things, boxes, blobs, strokes of a brush, a side of the picture."""

import math
import random
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training.world.scene import Item, Scene
from training.world.vocabulary import PICTURE_SIZE, SIZES

Mask = NDArray[np.bool_]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""
LEAST, MOST = 2, 12
"""Pixels by which a hole around a thing is larger than the thing's box on each side."""


def _drawn(paint: Callable[[ImageDraw.ImageDraw], None]) -> Mask:
    canvas = Image.new("L", (PICTURE_SIZE, PICTURE_SIZE))
    paint(ImageDraw.Draw(canvas))
    return np.asarray(canvas) > 0


def box_around(item: Item, rng: random.Random) -> Box:
    """A thing's box with a margin of its own on each side."""
    half = SIZES[item.thing.size] / 2
    left, top, right, bottom = (half + rng.uniform(LEAST, MOST) for _ in range(4))
    return item.x - left, item.y - top, item.x + right, item.y + bottom


def _boxed(box: Box) -> Mask:
    return _drawn(lambda draw: draw.rectangle(box, fill=255))


def _blob(box: Box, rng: random.Random) -> Mask:
    """A round shape with a wavy edge that covers a box."""
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    # An ellipse through the box's corners is √2 as wide as the box.
    wide, high = (right - left) / math.sqrt(2), (bottom - top) / math.sqrt(2)
    waves = [(rng.uniform(0.02, 0.09), number, rng.uniform(0, math.tau)) for number in (2, 3, 5)]
    edge: list[tuple[float, float]] = []
    for step in range(48):
        angle = math.tau * step / 48
        swell = 1 + sum(height * math.sin(number * angle + phase) for height, number, phase in waves)
        edge.append((x + wide * swell * math.cos(angle), y + high * swell * math.sin(angle)))
    return _drawn(lambda draw: draw.polygon(edge, fill=255))


def _any_box(rng: random.Random) -> Box:
    wide, high = rng.uniform(20, 80), rng.uniform(20, 80)
    left, top = rng.uniform(-8, PICTURE_SIZE - wide + 8), rng.uniform(-8, PICTURE_SIZE - high + 8)
    return left, top, left + wide, top + high


def _brushed(points: list[tuple[float, float]], width: int) -> Mask:
    def paint(draw: ImageDraw.ImageDraw) -> None:
        draw.line(points, fill=255, width=width, joint="curve")
        for x, y in points:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)

    return _drawn(paint)


def _scribble(box: Box, rng: random.Random) -> Mask:
    """A brush that goes to and fro until a box is covered."""
    left, top, right, bottom = box
    width = rng.randint(12, 22)
    rows = max(2, math.ceil((bottom - top) / (width * 0.65)))
    heights = [top + (bottom - top) * (row + 0.5) / rows for row in range(rows)]
    points = [(x, y) for row, y in enumerate(heights) for x in ((left, right) if row % 2 else (right, left))]
    return _brushed([(x + rng.uniform(-3, 3), y + rng.uniform(-2, 2)) for x, y in points], width)


def _stroke(rng: random.Random) -> Mask:
    points = [(rng.uniform(0, PICTURE_SIZE), rng.uniform(0, PICTURE_SIZE)) for _ in range(rng.randint(2, 5))]
    return _brushed(points, rng.randint(8, 24))


def _side(rng: random.Random) -> Mask:
    """Everything beyond a straight line, as when a picture is continued."""
    share = round(PICTURE_SIZE * rng.uniform(0.25, 0.65))
    mask = np.zeros((PICTURE_SIZE, PICTURE_SIZE), dtype=np.bool_)
    mask[:share] = True
    return np.ascontiguousarray(np.rot90(mask, rng.randrange(4)))


def _over(box: Box, rng: random.Random) -> Mask:
    """A hole that covers a box, in one of the ways a hand covers things."""
    draw = rng.random()
    if draw < 0.4:
        return _boxed(box)
    return _blob(box, rng) if draw < 0.75 else _scribble(box, rng)


def draw_hole(scene: Scene, rng: random.Random) -> Mask:
    """Draw a hole [128, 128] for a scene, true where it is to be painted: over a thing six times of ten."""
    draw = rng.random()
    if draw < 0.60:
        return _over(box_around(rng.choice(scene.items), rng), rng)
    if draw < 0.70:
        mask = np.zeros((PICTURE_SIZE, PICTURE_SIZE), dtype=np.bool_)
        for item in scene.items:
            mask |= _over(box_around(item, rng), rng)
        return mask
    if draw < 0.82:
        return _over(_any_box(rng), rng)
    return _stroke(rng) if draw < 0.90 else _side(rng)


def hole_over(item: Item, rng: random.Random) -> Mask:
    """Draw a hole [128, 128] that covers one thing."""
    return _over(box_around(item, rng), rng)
