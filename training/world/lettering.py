"""The letters of the words that are drawn as text, in a face of five by seven squares."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from training.world.scene import Description
from training.world.vocabulary import PALETTE, WordName

SQUARE = 4
"""Side of a square in pixels of a picture of 128."""
_FACE: dict[str, str] = {
    "a": "01110 10001 10001 11111 10001 10001 10001",
    "c": "01111 10000 10000 10000 10000 10000 01111",
    "d": "11110 10001 10001 10001 10001 10001 11110",
    "e": "11111 10000 10000 11110 10000 10000 11111",
    "g": "01111 10000 10000 10011 10001 10001 01111",
    "h": "10001 10001 10001 11111 10001 10001 10001",
    "i": "11111 00100 00100 00100 00100 00100 11111",
    "k": "10001 10010 10100 11000 10100 10010 10001",
    "n": "10001 11001 10101 10101 10011 10001 10001",
    "o": "01110 10001 10001 10001 10001 10001 01110",
    "r": "11110 10001 10001 11110 10100 10010 10001",
    "s": "01111 10000 10000 01110 00001 00001 11110",
    "t": "11111 00100 00100 00100 00100 00100 00100",
    "u": "10001 10001 10001 10001 10001 10001 01110",
    "y": "10001 10001 01010 00100 00100 00100 00100",
}


@cache
def lettering(word: WordName, scale: int = 1) -> NDArray[np.float32]:
    """A word in capitals, 1 where there is ink: [28, 68] times the picture's scale for three letters."""
    gap = np.zeros((7, 1), dtype=np.float32)
    columns: list[NDArray[np.float32]] = []
    for letter in word:
        rows = [[float(square) for square in row] for row in _FACE[letter].split()]
        columns += [np.asarray(rows, dtype=np.float32), gap]
    return np.kron(np.concatenate(columns[:-1], axis=1), np.ones((SQUARE * scale, SQUARE * scale), dtype=np.float32))


def ink(description: Description) -> tuple[int, int, int]:
    """The colour of writing: black on a light background, white on a dark one."""
    red, green, blue = PALETTE[description.background]
    return PALETTE["black" if 0.299 * red + 0.587 * green + 0.114 * blue > 120 else "white"]
