"""The word that is written on a picture."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from training.world.lettering import lettering
from training.world.vocabulary import WORDS, WordName

LEAST_OVERLAP = 0.6
"""Overlap of ink with a word's letters under which it is not that word."""

Mask = NDArray[np.bool_]


@cache
def _letters(word: WordName) -> NDArray[np.float64]:
    return np.pad(lettering(word).astype(np.float64), 2)


def find_word(ink: Mask) -> tuple[WordName, Mask] | None:
    """The word whose letters overlap the ink best, wherever it stands, and the box that it takes; None for no word.

    Args:
        ink: what is as dark or as light as writing and not the ground [H, W].
    """
    if not ink.any():
        return None
    drawn = ink.astype(np.float64)
    best: tuple[float, WordName, Mask] | None = None
    for word in WORDS:
        letters = _letters(word)
        turned = letters[::-1, ::-1]
        common = fftconvolve(drawn, turned, mode="valid")
        covered = fftconvolve(drawn, np.ones_like(letters), mode="valid")
        overlap = common / (covered + letters.sum() - common)
        top, left = np.unravel_index(int(overlap.argmax()), overlap.shape)
        score = float(overlap[top, left])
        if best is None or score > best[0]:
            box = np.zeros_like(ink)
            box[top : top + letters.shape[0], left : left + letters.shape[1]] = True
            best = score, word, box
    assert best is not None
    return (best[1], best[2]) if best[0] >= LEAST_OVERLAP else None
