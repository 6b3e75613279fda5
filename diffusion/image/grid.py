"""Pictures side by side, with words at the edges."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from diffusion.image.pixels import from_pillow, to_pillow

MAX_PIXELS = 268_435_456
INK = (40, 40, 44)
PAPER = (250, 250, 250)


@dataclass(frozen=True)
class GridLook:
    """How a grid is set: `gap` pixels between pictures, letters of `letters` pixels."""

    gap: int = 8
    letters: int = 18


def grid(
    images: Tensor,
    columns: int,
    *,
    column_words: Sequence[str] = (),
    row_words: Sequence[str] = (),
    look: GridLook | None = None,
) -> Tensor:
    """Set pictures [B, H, W, 3] in 0..1 into rows of `columns`, first along the row; return one picture [1, H', W', 3].

    Words stand above the columns and left of the rows; what is too long for its place is cut with an ellipsis.

    Raises:
        ValueError: no columns, or a result of more than 268 megapixels.
    """
    if columns < 1:
        raise ValueError("A grid needs at least one column.")
    look = look or GridLook()
    count, height, width = images.shape[:3]
    rows = -(-count // columns)
    font = ImageFont.load_default(look.letters)
    left = min(width, max((_width(font, word) for word in row_words), default=0))
    left += look.gap if left else 0
    top = look.letters * 2 if any(column_words) else 0
    size = (left + columns * (width + look.gap) + look.gap, top + rows * (height + look.gap) + look.gap)
    if size[0] * size[1] > MAX_PIXELS:
        raise ValueError(f"The grid would be {size[0]} × {size[1]} pixels; make the pictures smaller or fewer.")
    sheet = Image.new("RGB", size, PAPER)
    for index, image in enumerate(images):
        place = (index % columns, index // columns)
        corner = (left + look.gap + place[0] * (width + look.gap), top + look.gap + place[1] * (height + look.gap))
        sheet.paste(to_pillow(image[..., :3]), corner)
    pen = ImageDraw.Draw(sheet)
    for column, word in enumerate(column_words[:columns]):
        middle = left + look.gap + column * (width + look.gap) + width // 2
        pen.text((middle, look.gap // 2 + top // 2), _cut(font, word, width), INK, font, anchor="mm")
    for row, word in enumerate(row_words[:rows]):
        middle = top + look.gap + row * (height + look.gap) + height // 2
        pen.text((look.gap, middle), _cut(font, word, left - look.gap), INK, font, anchor="lm")
    return from_pillow(sheet).unsqueeze(0)


def side_by_side(first: Tensor, second: Tensor) -> Tensor:
    """Put two batches of pictures [B, H, W, C] next to each other, [B, H, 2W, C]; the shorter one repeats its last."""
    count = max(len(first), len(second))
    rows = torch.arange(count)
    return torch.cat([first[rows.clamp(max=len(first) - 1)], second[rows.clamp(max=len(second) - 1)]], dim=2)


def _width(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, word: str) -> int:
    return round(font.getlength(word))


def _cut(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, word: str, width: int) -> str:
    if _width(font, word) <= width:
        return word
    while word and _width(font, word + "…") > width:
        word = word[:-1]
    return word + "…"
