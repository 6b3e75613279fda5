"""The words of the world and what they look like."""

import math
from typing import Literal, get_args

ObjectName = Literal[
    "circle", "square", "triangle", "star", "heart", "cross", "ring", "diamond", "moon", "house", "tree", "arrow"
]
ColourName = Literal[
    "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink", "brown", "white", "black", "gray"
]
SizeName = Literal["small", "medium", "large"]
RelationName = Literal["above", "below", "left of", "right of"]
ArrangementName = Literal["single", "count", "relation", "list"]
StyleName = Literal["flat", "outline", "watercolour", "pixel"]
ViewName = Literal["day sky", "night sky", "meadow", "snow"]
WordName = Literal["sun", "sky", "tea", "cat", "dog", "art", "hi", "go"]

PICTURE_SIZE = 128
"""Side of a picture in pixels."""

OBJECTS: tuple[ObjectName, ...] = get_args(ObjectName)
SIZES: dict[SizeName, int] = {"small": 28, "medium": 40, "large": 54}
"""Side of an object's box in pixels."""

PALETTE: dict[ColourName, tuple[int, int, int]] = {
    "red": (215, 38, 38),
    "orange": (245, 135, 25),
    "yellow": (250, 215, 45),
    "green": (35, 150, 65),
    "cyan": (60, 205, 220),
    "blue": (40, 80, 215),
    "purple": (130, 50, 175),
    "pink": (245, 135, 190),
    "brown": (120, 72, 35),
    "white": (250, 250, 250),
    "black": (18, 18, 18),
    "gray": (128, 128, 128),
}
COLOURS: tuple[ColourName, ...] = (
    "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink", "brown", "white", "black",
)  # fmt: skip
"""Colours that objects take."""

BACKGROUNDS: tuple[ColourName, ...] = ("white", "black", "gray", "blue", "green", "yellow", "pink", "purple")

INVERSE: dict[RelationName, RelationName] = {
    "above": "below",
    "below": "above",
    "left of": "right of",
    "right of": "left of",
}
RELATIONS: tuple[RelationName, ...] = tuple(INVERSE)
STYLES: tuple[StyleName, ...] = get_args(StyleName)
VIEWS: tuple[ViewName, ...] = get_args(ViewName)
WORDS: tuple[WordName, ...] = get_args(WordName)
"""Words that are drawn as text."""

NEAR = 105.0
"""Colours closer than this in RGB are not put on each other: the object would be hard to see."""


def colour_distance(first: tuple[float, float, float], second: tuple[float, float, float]) -> float:
    """Euclidean distance of two RGB colours, 0 to 441."""
    return math.dist(first, second)


def stands_out(colour: ColourName, background: ColourName) -> bool:
    """Whether an object of this colour is easy to see on this background."""
    return colour_distance(PALETTE[colour], PALETTE[background]) >= NEAR
