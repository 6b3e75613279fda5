"""Page 3: strong guidance in pixel space with no threshold, the static one, and the dynamic one.

`python -m training.evidence thresholds`
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from diffusion.image.pixels import to_pillow
from diffusion.metrics.clip_score import clip_score
from diffusion.metrics.distance import kernel_distance
from diffusion.pixel_run import PixelSettings
from training.evidence.bench import as_tensor
from training.evidence.page import grades_row, grid, heading, plus_minus, put, save_grid
from training.evidence.scenes import held_out, others
from training.evidence.unclip_bench import UnclipBench
from training.grader.grading import grade
from training.world.vocabulary import PALETTE

NAME = "thresholds"
PAGE = "03-thresholds.md"
CATEGORIES = ("objects", "colours", "all but size")
SCALES = (1.0, 3.0, 8.0, 15.0, 30.0)
STEPS = 16
SHOWN = 8
END = 1.5 / 255
"""A value nearer than this to 0 or 1 is at an end: pictures have 256 levels."""
WAYS: Mapping[str, PixelSettings] = {
    "none": PixelSettings(threshold="none"),
    "static": PixelSettings(threshold="static"),
    # As the paper has it: the brightest half of a percent is cut, and what is divided by has no limit.
    "dynamic": PixelSettings(threshold="dynamic", share=0.995, largest=math.inf),
}


def at_ends(pictures: Tensor) -> list[float]:
    """The share of values that are as dark or as bright as can be, of each picture [H, W, 3] in 0..1."""
    return ((pictures < END) | (pictures > 1 - END)).double().mean(dim=(1, 2, 3)).tolist()


def saturations(pictures: Tensor) -> list[float]:
    """The mean saturation (as of HSV: largest less smallest channel, over the largest) of each picture, 0..1."""
    largest, smallest = pictures.amax(dim=-1), pictures.amin(dim=-1)
    return ((largest - smallest) / largest.clamp_min(1e-6)).mean(dim=(1, 2)).tolist()


def off_palette(pictures: Tensor) -> list[float]:
    """How far pixels are from the nearest colour of the world, on average over each picture, in RGB of 0..255."""
    palette = torch.tensor(list(PALETTE.values()), dtype=torch.float32)
    return [torch.cdist(one.reshape(-1, 3) * 255, palette).amin(dim=1).mean().item() for one in pictures]


def colour_cells(pictures: Tensor) -> list[str]:
    """The three about colours, for people."""
    values = [at_ends(pictures), saturations(pictures), off_palette(pictures)]
    return [plus_minus(each, digits) for each, digits in zip(values, (3, 3, 1), strict=True)]


def run(folder: Path, *, count: int, seed: int) -> None:
    """Paint the captions at each scale under each threshold, measure, and write the page."""
    bench, asked = UnclipBench(), held_out(count, seed)
    words = bench.words(asked.captions)
    texts, fresh = bench.text_embeddings(words), bench.see(others(count, seed))
    columns = ["guidance, threshold", "values at an end", "saturation", "off the palette"]
    rows = [heading([*columns, *CATEGORIES, "CLIP score", "kernel distance"])]
    shown: list[tuple[str, list[Image.Image]]] = []

    def judged(name: str, pixels: Tensor) -> None:
        pictures = [to_pillow(one) for one in pixels]
        seen = bench.see(pictures)
        grades = [grade(picture, one) for picture, one in zip(pictures, asked.descriptions, strict=True)]
        scores = plus_minus(clip_score(seen, texts).tolist(), 2)
        start = " | ".join([name, *colour_cells(pixels)])
        rows.append(grades_row(start, grades, CATEGORIES, scores, f"{kernel_distance(seen, fresh):.3f}"))
        print(rows[-1], flush=True)
        shown.append((name, pictures[:SHOWN]))

    for scale in SCALES:
        for name, way in WAYS.items():
            settings = replace(way, respacing=str(STEPS), guidance=scale)
            judged(f"{scale:g}, {name}", bench.paint_words(words, settings, seed=seed))
    judged("true pictures", as_tensor([one.resize((64, 64), Image.Resampling.BOX) for one in asked.pictures()]))
    put(folder / PAGE, "figures", "\n".join(rows))
    save_grid(grid(shown, [""] * SHOWN, side=48), folder / "03-thresholds.png")
    put(folder / PAGE, "captions", "\n".join(f"{n}. {one}" for n, one in enumerate(asked.captions[:SHOWN], start=1)))
