"""Page 1: the text embedding straight into unCLIP's decoder, against the prior's image embedding.

`python -m training.evidence text-or-prior`
"""

from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from diffusion.metrics.clip_score import clip_score
from diffusion.metrics.distance import kernel_distance
from diffusion.priors.embedding_space import modality_gap
from training.evidence.page import grades_row, grid, heading, plus_minus, put, save_grid
from training.evidence.scenes import Asked, held_out, others
from training.evidence.unclip_bench import UnclipBench
from training.grader.grading import grade

NAME = "text-or-prior"
PAGE = "01-text-or-prior.md"
CATEGORIES = ("objects", "colours", "positions", "count", "all but size")
SHOWN = 8


def embeddings(bench: UnclipBench, asked: Asked, seed: int) -> Mapping[str, Tensor]:
    """What the decoder is given, by name; the last is what no system has: the true picture's."""
    words = bench.words(asked.captions)
    return {
        "text embedding": bench.text_embeddings(words),
        "diffusion prior": bench.by_diffusion(words, seed=seed),
        "true picture's embedding": bench.see(asked.pictures()),
    }


def gap_table(given: Mapping[str, Tensor], texts: Tensor) -> str:
    """How the embeddings lie to each other."""
    true = given["true picture's embedding"]
    rows = [heading(["embedding", "cosine with the true picture's", "cosine with the text's", "gap to pictures"])]
    for name, own in given.items():
        near, said = F.cosine_similarity(own, true).tolist(), F.cosine_similarity(own, texts).tolist()
        rows.append(f"| {name} | {plus_minus(near)} | {plus_minus(said)} | {modality_gap(own, true)[0]:.3f} |")
    return "\n".join(rows)


def run(folder: Path, *, count: int, seed: int) -> None:
    """Paint, grade, and write figures and pictures to the page."""
    bench, asked = UnclipBench(), held_out(count, seed)
    words, given = bench.words(asked.captions), embeddings(bench, asked, seed)
    texts, fresh = bench.text_embeddings(words), bench.see(others(count, seed))
    painted: dict[str, list[Image.Image]] = {}
    painted["caption alone"] = bench.paint(torch.zeros_like(texts), words, seed=seed)
    for name, own in given.items():
        painted[f"{name}, no words"] = bench.paint(own, seed=seed)
    painted["diffusion prior, and the caption"] = bench.paint(given["diffusion prior"], words, seed=seed)
    rows = [heading(["the decoder reads", *CATEGORIES, "CLIP score", "kernel distance"])]
    for name, pictures in painted.items():
        seen = bench.see(pictures)
        scores = plus_minus(clip_score(seen, texts).tolist(), 2)
        grades = [grade(picture, one) for picture, one in zip(pictures, asked.descriptions, strict=True)]
        rows.append(grades_row(name, grades, CATEGORIES, scores, f"{kernel_distance(seen, fresh):.4f}"))
        print(rows[-1], flush=True)
    put(folder / PAGE, "gap", gap_table(given, texts))
    put(folder / PAGE, "grades", "\n".join(rows))
    shown = [(name, pictures[:SHOWN]) for name, pictures in painted.items()]
    shown.append(("true pictures", asked.pictures()[:SHOWN]))
    save_grid(grid(shown, [""] * SHOWN), folder / "01-text-or-prior.png")
    put(folder / PAGE, "captions", "\n".join(f"{n}. {one}" for n, one in enumerate(asked.captions[:SHOWN], start=1)))
