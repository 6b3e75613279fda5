"""How captions tell what is wider than the plain world: a view, a word, a style, in this order and at the end.

The end is the right place: a causal text encoder says of all words before it what it says without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from training.world.scene import Description
from training.world.vocabulary import WORDS, StyleName, ViewName, WordName


@dataclass(frozen=True)
class Tail:
    """What a caption says after the plain part."""

    style: StyleName = "flat"
    view: ViewName | None = None
    word: WordName | None = None


@dataclass(frozen=True)
class Wording:
    """How a language says it.

    Attributes:
        views, styles: name → words.
        word: what stands before the word that is written.
    """

    views: Mapping[ViewName, str]
    styles: Mapping[StyleName, str]
    word: str


ENGLISH = Wording(
    {"day sky": " in a day sky", "night sky": " in a night sky", "meadow": " on a meadow", "snow": " on snow at night"},
    {"outline": ", as an outline", "watercolour": ", in watercolour", "pixel": ", as pixel art"},
    ", with the word ",
)
CHINESE = Wording(
    {"day sky": "，蓝天", "night sky": "，夜空", "meadow": "，草地", "snow": "，夜晚的雪地"},
    {"outline": "，线描风格", "watercolour": "，水彩风格", "pixel": "，像素风格"},
    "，写着",
)


def spoken_tail(description: Description, wording: Wording) -> str:
    """The end of a description's caption; empty for plain ones."""
    view = "" if description.view is None else wording.views[description.view]
    word = "" if description.word is None else wording.word + description.word
    return view + word + ("" if description.style == "flat" else wording.styles[description.style])


def cut_tail(text: str, wording: Wording) -> tuple[str, Tail]:
    """A caption without its tail, and what the tail said."""
    style: StyleName = "flat"
    view: ViewName | None = None
    word: WordName | None = None
    for name, words in wording.styles.items():
        if text.endswith(words):
            style, text = name, text.removesuffix(words)
    for name in WORDS:
        if text.endswith(wording.word + name):
            word, text = name, text.removesuffix(wording.word + name)
    for name, words in wording.views.items():
        if text.endswith(words):
            view, text = name, text.removesuffix(words)
    return text, Tail(style, view, word)
