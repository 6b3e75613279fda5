"""A page of evidence: prose by hand, figures and pictures between marks, written by a script."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from training.grader.grading import Grade, Share, shares

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence"
_Z = 1.959964


def put(page: Path, name: str, markdown: str) -> None:
    """Replace what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` on a page.

    Raises:
        ValueError: the page has no such marks.
    """
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    found = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
    if not found.search(text):
        raise ValueError(f"{page} has no place for {name}: write {begin} and {end} where it goes")
    page.write_text(found.sub(lambda _: f"{begin}\n{markdown.strip()}\n{end}", text), encoding="utf-8")


def spread(values: Sequence[float]) -> tuple[float, float]:
    """The mean of values and half the width of its 95 % interval (normal approximation)."""
    count = len(values)
    mean = sum(values) / count
    if count < 2:
        return mean, math.inf
    variance = sum((value - mean) ** 2 for value in values) / (count - 1)
    return mean, _Z * math.sqrt(variance / count)


def plus_minus(values: Sequence[float], digits: int = 3) -> str:
    """The mean of values with its 95 % interval, for people."""
    mean, half = spread(values)
    return f"{mean:.{digits}f} ± {half:.{digits}f}"


def percent(share: Share) -> str:
    """A share with its 95 % interval, for people."""
    if share.asked == 0:
        return "—"
    low, high = share.interval()
    return f"{100 * share.right / share.asked:.0f} % ({100 * low:.0f}–{100 * high:.0f})"


def grades_row(name: str, grades: list[Grade], categories: Sequence[str], *further: str) -> str:
    """A row of a table: a name, the shares of categories, and what else there is to tell."""
    found = shares(grades)
    return "| " + " | ".join([name, *(percent(found[category]) for category in categories), *further]) + " |"


def heading(columns: Sequence[str]) -> str:
    """The head of a table whose first column is words."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return f"| {' | '.join(columns)} |\n| {' | '.join(rule)} |"


def grid(rows: Sequence[tuple[str, Sequence[Image.Image]]], columns: Sequence[str], side: int = 64) -> Image.Image:
    """Pictures in rows and columns with their names, small enough to ship."""
    left, top, gap = 150, 18, 4
    wide, tall = left + len(columns) * (side + gap), top + len(rows) * (side + gap)
    canvas = Image.new("RGB", (wide, tall), (255, 255, 255))
    pen = ImageDraw.Draw(canvas)
    for number, name in enumerate(columns):
        pen.text((left + number * (side + gap), 3), name[: side // 5], fill=(40, 40, 40))
    for number, (name, pictures) in enumerate(rows):
        y = top + number * (side + gap)
        for line, words in enumerate(_wrapped(name, left // 6 - 1)):
            pen.text((4, y + 2 + 12 * line), words, fill=(40, 40, 40))
        for column, picture in enumerate(pictures):
            canvas.paste(picture.resize((side, side)), (left + column * (side + gap), y))
    return canvas


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def save_grid(picture: Image.Image, path: Path) -> None:
    """Write a grid in 256 colours: flat shapes need no more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(256, kmeans=2, dither=Image.Dither.NONE).save(path, optimize=True)
