"""Captions in either language: both wordings of a scene say the same description."""

import random
import re

from training.world.captions import UNSPOKEN, draw_caption, parse_caption
from training.world.captions_zh import draw_caption_zh, parse_caption_zh
from training.world.scene import Description

_HAN = re.compile(r"[\u4e00-\u9fff]")


def draw_any_caption(
    description: Description, rng: random.Random, *, chinese: float = 0.5, unspoken: float = UNSPOKEN
) -> str:
    """A wording in Chinese with this chance, otherwise in English; `unspoken` as of `draw_caption`."""
    return (draw_caption_zh if rng.random() < chinese else draw_caption)(description, rng, unspoken=unspoken)


def read_caption(caption: str) -> Description:
    """Read a caption of the world's grammar in the language it is written in.

    Raises:
        UnreadableCaptionError: naming the part that is not of the grammar.
    """
    return parse_caption_zh(caption) if _HAN.search(caption) else parse_caption(caption)
