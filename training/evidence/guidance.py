"""Page 4: classifier-free guidance trades diversity for fidelity.

`python -m training.evidence guidance`
"""

from itertools import combinations
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from diffusion.metrics.clip_score import clip_score
from diffusion.metrics.distance import diversity, kernel_distance
from training.evidence.bench import as_tensor
from training.evidence.page import grades_row, grid, heading, plus_minus, put, save_grid
from training.evidence.scenes import held_out, others, placed_again
from training.evidence.sd_bench import SdBench
from training.grader.grading import grade

NAME = "guidance"
PAGE = "04-guidance.md"
CATEGORIES = ("objects", "colours", "count", "all but size")
SCALES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0)
SEEDS = 4
"""Pictures of each caption."""
STEPS = 12
SHOWN = 2
"""Captions on the grid, each with all its seeds."""


def pixel_distance(pictures: Tensor) -> float:
    """The mean root-mean-square difference (0..1) between all pairs of pictures [N, H, W, C] in 0..1."""
    pairs = combinations(pictures, 2)
    return torch.stack([(one - other).square().mean().sqrt() for one, other in pairs]).mean().item()


def diversities(pictures: list[Image.Image], seen: Tensor) -> tuple[list[float], list[float]]:
    """For each caption, how different its pictures are: by cosines of their embeddings, and by their pixels.

    Args:
        pictures: `SEEDS` of the first caption, then of the second …
        seen: their embeddings [N, D].
    """
    by_caption = as_tensor(pictures).split(SEEDS)
    return [diversity(part) for part in seen.split(SEEDS)], [pixel_distance(part) for part in by_caption]


def run(folder: Path, *, count: int, seed: int) -> None:
    """Paint each caption with several seeds at each scale, measure, and write the page."""
    bench, asked = SdBench(), held_out(count, seed)
    captions = [caption for caption in asked.captions for _ in range(SEEDS)]
    descriptions = [one for one in asked.descriptions for _ in range(SEEDS)]
    words, texts = bench.prompts(captions), bench.text_embeddings(bench.words(captions))
    fresh = bench.see(others(len(captions), seed))
    seeds = list(range(seed, seed + len(captions)))
    columns = ["guidance", "diversity, CLIP", "more than at 1", "diversity, pixels"]
    rows = [heading([*columns, *CATEGORIES, "CLIP score", "kernel distance"])]
    unguided: list[float] = []
    shown: list[tuple[str, list[Image.Image]]] = []

    def judged(name: str, pictures: list[Image.Image]) -> None:
        seen = bench.see(pictures)
        by_sight, by_pixels = diversities(pictures, seen)
        unguided[:] = unguided or by_sight
        more = [here - there for here, there in zip(by_sight, unguided, strict=True)]
        spreads = [plus_minus(by_sight), "0" if by_sight == unguided else plus_minus(more), plus_minus(by_pixels)]
        grades = [grade(picture, one) for picture, one in zip(pictures, descriptions, strict=True)]
        scores = plus_minus(clip_score(seen, texts).tolist())
        start = " | ".join([name, *spreads])
        rows.append(grades_row(start, grades, CATEGORIES, scores, f"{kernel_distance(seen, fresh):.4f}"))
        print(rows[-1], flush=True)
        shown.append((f"guidance {name}" if name[0].isdigit() else name, pictures[: SHOWN * SEEDS]))

    for scale in SCALES:
        made = bench.latents(words, seeds, cfg=scale, sigmas=bench.levels(STEPS))
        judged(f"{scale:g}", bench.decoded(made))
    judged("true pictures", placed_again(descriptions, seed))
    put(folder / PAGE, "figures", "\n".join(rows))
    save_grid(grid(shown, [""] * SHOWN * SEEDS), folder / "04-guidance.png")
    told = "\n".join(f"{n}. {one}" for n, one in enumerate(asked.captions[:SHOWN], start=1))
    put(folder / PAGE, "captions", told)
