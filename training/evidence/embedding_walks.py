"""Page 8: variations of a picture, the way between two pictures, and edits by the difference of two texts.

`python -m training.evidence embedding-walks`
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from diffusion.priors.embedding_space import spherical, text_difference
from training.evidence.page import grades_row, grid, heading, percent, plus_minus, put, save_grid
from training.evidence.scenes import Asked, held_out, recoloured_all
from training.evidence.unclip_bench import UnclipBench
from training.grader.grading import Share, grade
from training.world.captions import plain_caption

NAME = "embedding-walks"
PAGE = "08-embedding-walks.md"
CATEGORIES = ("objects", "colours", "sizes", "positions", "count", "background", "all but size")
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
TURNS = (0.0, 0.15, 0.25, 0.35, 0.5, 0.65)
SEEDS = 3
SHOWN = 6


def shows(rows: list[str], words: str, picture: str) -> str:
    """A table and its picture."""
    return "\n".join([*rows, "", f"![{words}]({picture})"])


def variations(bench: UnclipBench, asked: Asked, folder: Path, seed: int) -> None:
    """Paint true pictures again from their embeddings alone, with several seeds, and grade what stayed."""
    seen = bench.see(asked.pictures())
    rows = [heading(["seed", *CATEGORIES, "cosine with the original's embedding"])]
    shown: list[list[Image.Image]] = [asked.pictures()]
    for turn in range(SEEDS):
        pictures = bench.paint(seen, seed=seed + 1000 * turn)
        grades = [grade(picture, one) for picture, one in zip(pictures, asked.descriptions, strict=True)]
        near = F.cosine_similarity(bench.see(pictures), seen).tolist()
        rows.append(grades_row(f"{turn + 1}", grades, CATEGORIES, plus_minus(near, 2)))
        print(rows[-1], flush=True)
        shown.append(pictures)
    put(folder / PAGE, "variations", shows(rows, "Six pictures and three variations of each", "08-variations.png"))
    names = ["original", *(f"variation {turn + 1}" for turn in range(SEEDS))]
    save_grid(
        grid([(name, row[:SHOWN]) for name, row in zip(names, shown, strict=True)], [""] * SHOWN),
        folder / "08-variations.png",
    )


def ways_between(bench: UnclipBench, asked: Asked, folder: Path, seed: int) -> None:
    """Go from each picture's embedding to the next one's, and see which of the two what is painted looks like."""
    here = bench.see(asked.pictures())
    there = here.roll(1, dims=0)
    rows = [heading(["share", "cosine with here", "cosine with there", "grades as here", "grades as there"])]
    shown: list[tuple[str, list[Image.Image]]] = []
    others = asked.descriptions[-1:] + asked.descriptions[:-1]
    for share in SHARES:
        pictures = bench.paint(spherical(here, there, share), seed=seed)
        seen = bench.see(pictures)
        near = [plus_minus(F.cosine_similarity(seen, end).tolist(), 2) for end in (here, there)]
        right = [
            percent(Share(sum(grade(p, d).faithful for p, d in zip(pictures, ends, strict=True)), len(pictures)))
            for ends in (asked.descriptions, others)
        ]
        rows.append(f"| {share:.2f} | {' | '.join(near + right)} |")
        print(rows[-1], flush=True)
        shown.append((f"{share:.2f}", pictures[:SHOWN]))
    put(folder / PAGE, "between", shows(rows, "Six ways, from one picture down to another", "08-between.png"))
    save_grid(grid(shown, [""] * SHOWN), folder / "08-between.png")


def edits(bench: UnclipBench, asked: Asked, folder: Path, seed: int) -> None:
    """Turn pictures' embeddings towards another colour, and grade whether it came and the rest stayed."""
    wanted = recoloured_all(asked.descriptions, seed)
    before = bench.text_embeddings(bench.words(asked.captions))
    after = bench.text_embeddings(bench.words([plain_caption(one) for one in wanted]))
    seen = bench.see(asked.pictures())
    rows = [heading(["turned by", "as it was", "as it shall be", "neither"])]
    shown: list[tuple[str, list[Image.Image]]] = []
    for turn in TURNS:
        turned: Tensor = seen if turn == 0 else text_difference(seen, after, before, turn)
        pictures = bench.paint(turned, seed=seed)
        old = [grade(picture, one).faithful for picture, one in zip(pictures, asked.descriptions, strict=True)]
        new = [grade(picture, one).faithful for picture, one in zip(pictures, wanted, strict=True)]
        neither = sum(not (was or shall) for was, shall in zip(old, new, strict=True))
        found = [percent(Share(right, len(pictures))) for right in (sum(old), sum(new), neither)]
        rows.append(f"| {turn:.2f} | {' | '.join(found)} |")
        print(rows[-1], flush=True)
        shown.append((f"turned by {turn:.2f}", pictures[:SHOWN]))
    put(folder / PAGE, "edits", shows(rows, "Six pictures whose first thing changes its colour", "08-edits.png"))
    asked_for = [
        f"{n}. {a} → {plain_caption(b)}" for n, (a, b) in enumerate(zip(asked.captions, wanted, strict=True), 1)
    ]
    put(folder / PAGE, "captions", "\n".join(asked_for[:SHOWN]))
    save_grid(grid(shown, [""] * SHOWN), folder / "08-edits.png")


def run(folder: Path, *, count: int, seed: int) -> None:
    """All three, and write the page."""
    torch.manual_seed(seed)
    bench, asked = UnclipBench(), held_out(count, seed)
    variations(bench, asked, folder, seed)
    ways_between(bench, asked, folder, seed)
    edits(bench, asked, folder, seed)
