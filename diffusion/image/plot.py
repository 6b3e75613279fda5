"""A plot of a few curves as a picture."""

from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from diffusion.image.pixels import from_pillow

PAPER, INK, FAINT = (250, 250, 250), (40, 40, 44), (214, 214, 218)
# Okabe and Ito's colours, which people of every kind of colour vision tell apart.
COLOURS = ((0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167))
WIDTH, HEIGHT, LEFT, EDGE = 640, 360, 56, 32


def plot(curves: Mapping[str, Sequence[float]], *, along: str = "") -> Tensor:
    """Draw curves over their numbering; return a picture [1, 360, 640, 3].

    Args:
        curves: points of each by its name; curves of different lengths are stretched to the same width.
        along: what is counted along the width.

    Raises:
        ValueError: no points.
    """
    points = [value for curve in curves.values() for value in curve]
    if not points:
        raise ValueError("There is nothing to plot: every curve is empty.")
    low, high = min(points), max(points)
    high = high if high > low else low + 1
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for fifth in range(6):
        y = EDGE + (HEIGHT - 2 * EDGE) * fifth / 5
        pen.line((LEFT, y, WIDTH - EDGE, y), FAINT)
        pen.text((LEFT - 6, y), f"{high - (high - low) * fifth / 5:.3g}", INK, font, anchor="rm")
    pen.text(((LEFT + WIDTH - EDGE) / 2, HEIGHT - EDGE / 2), along, INK, font, anchor="mm")
    word = LEFT
    for number, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        across = max(len(curve) - 1, 1)
        line = [
            (
                LEFT + (WIDTH - EDGE - LEFT) * index / across,
                EDGE + (HEIGHT - 2 * EDGE) * (high - value) / (high - low),
            )
            for index, value in enumerate(curve)
        ]
        pen.line(line, colour, 2, joint="curve")
        pen.text((word, EDGE / 2), name, colour, font, anchor="lm")
        word += round(font.getlength(name)) + 24
    return from_pillow(sheet).unsqueeze(0)
