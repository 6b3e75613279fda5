"""Three ways to make a word count more or less, on the features of an encoder [windows, T, width].

"comfy" moves each token away from what the empty prompt has in its place, "a1111" scales tokens and restores the
mean of the whole, "compel" raises like the first and lowers by mixing in the prompt without the lowered words.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from torch import Tensor

from diffusion.text.chunks import TextTokenizer, Token, Window, framed, weights_of

Weighting = Literal["comfy", "a1111", "compel"]
WEIGHTINGS: tuple[Weighting, ...] = ("comfy", "a1111", "compel")

Read = Callable[[Sequence[Window]], Tensor]
"""Windows → their features [windows, T, width]."""

# At weight 0 the share of the prompt without the word would be infinite.
_SMALLEST = 1e-2


def plain(windows: Sequence[Window]) -> bool:
    """Tell whether every token weighs 1."""
    return all(token.weight == 1 for window in windows for token in window.tokens)


def from_empty(features: Tensor, weights: Tensor, empty: Tensor) -> Tensor:
    """Return empty + weight · (features - empty); `empty` is [1, T, width], `weights` [windows, T, 1]."""
    return empty + weights * (features - empty)


def mean_restored(features: Tensor, weights: Tensor) -> Tensor:
    """Scale each token, then the whole, so that its mean is what it was."""
    scaled = features * weights
    mean = scaled.mean()
    return scaled if mean == 0 else scaled * (features.mean() / mean)


def _without(windows: Sequence[Window], weight: float, padding: int) -> list[Window]:
    return [
        Window(
            tuple(Token(padding) if token.weight == weight else replace(token, weight=1.0) for token in window.tokens)
        )
        for window in windows
    ]


def mixed_without(features: Tensor, windows: Sequence[Window], read: Read, padding: int) -> Tensor:
    """Mix in, for each weight w below 1, the prompt without its words, with the share tan((1 - w)·π/2)."""
    lowered = sorted({token.weight for window in windows for token in window.tokens if token.weight < 1})
    total, shares = features, 1.0
    for weight in lowered:
        share = math.tan((1 - max(weight, _SMALLEST)) * math.pi / 2)
        total = total + share * read(_without(windows, weight, padding))
        shares += share
    return total / shares


def weighed(windows: Sequence[Window], tokenizer: TextTokenizer, mode: Weighting, read: Read) -> Tensor:
    """Encode windows and apply their weights.

    Args:
        windows: of one length.
        tokenizer: the encoder's.
        mode: one of `WEIGHTINGS`.
        read: runs the encoder; called a second time only where weights ask for it.

    Returns:
        [windows, T, width].

    Raises:
        ValueError: there is no such mode.
    """
    if mode not in WEIGHTINGS:
        raise ValueError(f"there is no way of weighting named {mode!r}; use one of {', '.join(WEIGHTINGS)}")
    features = read(windows)
    if plain(windows):
        return features
    weights = weights_of(windows, features)
    if mode == "a1111":
        return mean_restored(features, weights)
    empty = read([framed([], tokenizer, len(windows[0].tokens))])
    if mode == "comfy":
        return from_empty(features, weights, empty)
    raised = from_empty(features, weights.clamp(min=1), empty)
    return mixed_without(raised, windows, read, tokenizer.padding_id)
