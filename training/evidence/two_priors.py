"""Page 2: the autoregressive prior against the diffusion prior, quality and cost.

`python -m training.evidence two-priors`
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from diffusion.metrics.clip_score import clip_score
from diffusion.metrics.distance import kernel_distance
from training.evidence.page import grades_row, grid, heading, plus_minus, put, save_grid
from training.evidence.scenes import held_out, others
from training.evidence.unclip_bench import UnclipBench, Words
from training.grader.grading import grade
from training.starters import AR_PRIOR, PRIOR

NAME = "two-priors"
PAGE = "02-two-priors.md"
CATEGORIES = ("objects", "colours", "positions", "count", "all but size")
SHOWN = 8
TIMED = 5
Way = Callable[[Words, int], Tensor]


def ways(bench: UnclipBench) -> Mapping[str, Way]:
    """Each prior with the values that are usual for it, and one apart from them."""
    return {
        "diffusion, 25 steps, guidance 2, best of two": lambda words, seed: bench.by_diffusion(words, seed=seed),
        "diffusion, 25 steps, guidance 2": lambda words, seed: bench.by_diffusion(words, seed=seed, candidates=1),
        "autoregressive, guidance 1.5, temperature 0.5": lambda words, seed: bench.by_codes(words, seed=seed),
        "autoregressive, no guidance, temperature 1": lambda words, seed: bench.by_codes(
            words, seed=seed, cfg=1.0, temperature=1.0
        ),
    }


def seconds(way: Way, words: Words) -> list[float]:
    """Seconds of the processor that one embedding takes, a few times: the clock also counts what else runs."""
    taken: list[float] = []
    for seed in range(TIMED + 1):
        began = time.process_time()
        way(words, seed)
        taken.append(time.process_time() - began)
    return taken[1:]  # the first reads the weights


def run(folder: Path, *, count: int, seed: int) -> None:
    """Make embeddings, time them, paint, grade, and write the page."""
    bench, asked = UnclipBench(), held_out(count, seed)
    words, one = bench.words(asked.captions), bench.words(asked.captions[:1])
    texts, true = bench.text_embeddings(words), bench.see(asked.pictures())
    fresh = bench.see(others(count, seed))
    near = [heading(["prior", "cosine with the true picture's", "with the text's", "processor seconds an embedding"])]
    rows = [heading(["prior", *CATEGORIES, "CLIP score", "kernel distance"])]
    shown: list[tuple[str, list[Image.Image]]] = []
    for name, way in ways(bench).items():
        made = way(words, seed)
        cosines = [plus_minus(F.cosine_similarity(made, other).tolist()) for other in (true, texts)]
        near.append(f"| {name} | {cosines[0]} | {cosines[1]} | {plus_minus(seconds(way, one), 2)} |")
        pictures = bench.paint(made, seed=seed)
        seen = bench.see(pictures)
        grades = [grade(picture, one) for picture, one in zip(pictures, asked.descriptions, strict=True)]
        scores = plus_minus(clip_score(seen, texts).tolist(), 2)
        rows.append(grades_row(name, grades, CATEGORIES, scores, f"{kernel_distance(seen, fresh):.4f}"))
        print(near[-1], rows[-1], sep="\n", flush=True)
        shown.append((name, pictures[:SHOWN]))
    sizes = ", ".join(f"{path.stem} {path.stat().st_size / 1e6:.2f} MB" for path in (PRIOR, AR_PRIOR))
    put(folder / PAGE, "near", "\n".join([*near, "", f"Files: {sizes}."]))
    put(folder / PAGE, "grades", "\n".join(rows))
    shown.append(("true pictures", asked.pictures()[:SHOWN]))
    save_grid(grid(shown, [""] * SHOWN), folder / "02-two-priors.png")
    put(folder / PAGE, "captions", "\n".join(f"{n}. {text}" for n, text in enumerate(asked.captions[:SHOWN], start=1)))
