"""Page 10: why latents are brought to a deviation of one before they are diffused.

`python -m training.evidence latent-scale`
"""

import math
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from diffusion.metrics.clip_score import clip_score
from nodes.autoencoding import moments
from nodes.sampling_run import process_of
from nodes.sockets import DiffusionModel
from training.evidence.bench import Words, as_tensor
from training.evidence.page import grades_row, grid, heading, percent, plus_minus, put, save_grid
from training.evidence.scenes import Asked, held_out, placed_again, recoloured_all
from training.evidence.sd_bench import SdBench
from training.grader.grading import Share, grade
from training.world.captions import plain_caption
from training.world.scene import Description

NAME = "latent-scale"
PAGE = "10-latent-scale.md"
CATEGORIES = ("objects", "colours", "background", "all but size")
GUIDANCE, STEPS = 4.0, 16
STRENGTH = 0.6
"""Of image-to-image."""
DEVIATIONS = (0.5, 1.0, 2.0, 3.0)
"""Of the latents that a network is imagined to have learned, beside the autoencoder's own."""
MISTAKES = (0.5, 0.7151, 1.0, 2.0)
"""Scales as factors on the right one, beside none at all; the second is SDXL's, 0.13025."""
PLACES = 16
"""Places that each caption's things are drawn in, to see which of them noise still tells."""
SHOWN = 8


def deviations(bench: SdBench, pictures: list[Image.Image]) -> tuple[Tensor, float]:
    """Deviations of what training sees of an autoencoder, z = μ + σ·ε: of each channel [C], and of all values."""
    mean, spread = moments(bench.context, bench.vae, as_tensor(pictures))
    assert spread is not None
    noise = spread.exp()
    channels = (mean.transpose(0, 1).flatten(1).var(dim=1, correction=0) + noise.mean(dim=(0, 2, 3))).sqrt()
    return channels, (mean.var(correction=0) + noise.mean()).sqrt().item()


def signal_to_noise(sigmas: Tensor, deviation: float) -> Tensor:
    """The ratio of variances at levels x = z + σ·ε, for latents of a deviation."""
    return (deviation / sigmas.double()).square()


def buried(sigmas: Tensor, deviation: float) -> float:
    """The share of a table of levels [T] at which noise outweighs the latent."""
    return (signal_to_noise(sigmas, deviation) < 1).double().mean().item()


def recognised(latents: Tensor, sigma: float, generator: torch.Generator) -> Share:
    """How many latents are still told from the others of their group when noise is on them.

    The nearest clean one is the best guess there is, whatever network looks: all are equally likely, and noise is
    normal. Where it is always right, nothing is left to decide for a run that starts there.

    Args:
        latents: [G, P, ...], P in each of G groups.
        sigma: deviation of the noise.
        generator: draws it.
    """
    right = 0
    for group in latents.flatten(2):
        noisy = group + sigma * torch.randn(group.shape, generator=generator)
        right += int((torch.cdist(noisy, group).argmin(dim=1) == torch.arange(len(group))).sum())
    return Share(right, latents.shape[0] * latents.shape[1])


def scaled(model: DiffusionModel, factor: float) -> DiffusionModel:
    """A model whose latents are multiplied by a wrong scale, `factor` times its own."""
    latent = replace(model.record.latent, scale=model.record.latent.scale * factor)
    return replace(model, record=replace(model.record, latent=latent))


def places(bench: SdBench, descriptions: list[Description], seed: int) -> Tensor:
    """Latents [N, PLACES, 4, 16, 16] of each description with its things in different places."""
    pictures = placed_again([one for one in descriptions for _ in range(PLACES)], seed)
    return bench.encoded(pictures).unflatten(0, (len(descriptions), PLACES))


def signals(bench: SdBench, asked: Asked, folder: Path, seed: int) -> float:
    """Write what the autoencoder's latents are like, and what noise leaves of them; returns their deviation."""
    channels, own = deviations(bench, asked.pictures())
    right = bench.vae.latent.scale
    rows = [heading(["latents", *(f"channel {n}" for n in range(1, len(channels) + 1)), "all"])]
    for name, factor in (("as the autoencoder gives them", 1.0), (f"times {right}", right)):
        cells = " | ".join(f"{value * factor:.2f}" for value in [*channels.tolist(), own])
        rows.append(f"| {name} | {cells} |")
    put(folder / PAGE, "deviations", "\n".join(rows))
    levels, placed = process_of(bench.model).sigmas, places(bench, asked.descriptions[:PLACES], seed) / own
    last = float(levels[-1])
    columns = [
        "signal to noise at the last level",
        "levels with more noise than signal",
        "places told at the last level",
    ]
    rows = [heading(["deviation", *columns])]
    for deviation in (*DEVIATIONS, own):
        ratio = signal_to_noise(levels[-1:], deviation).item()
        told = recognised(placed * deviation, last, torch.Generator().manual_seed(seed))
        rows.append(f"| {deviation:.2f} | {ratio:.4f} | {100 * buried(levels, deviation):.0f} % | {percent(told)} |")
    put(folder / PAGE, "signals", "\n".join(rows))
    return own


def imagined(bench: SdBench, asked: Asked, words: Words, own: float, folder: Path, seed: int) -> Tensor:
    """Sample as if the network had learned latents of other deviations; returns the latents of deviation one.

    With latents d times as large, D(x; σ) is d·D₁(x/d; σ/d): a run along levels σ is one along σ/d of the network that
    is here.
    """
    texts = bench.text_embeddings(bench.words(asked.captions))
    seeds = list(range(seed, seed + len(asked.captions)))
    rows = [heading(["deviation", "first level σ/d", *CATEGORIES, "CLIP score"])]
    shown: list[tuple[str, list[Image.Image]]] = []
    kept: Tensor | None = None
    for deviation in (*DEVIATIONS, own):
        sigmas = bench.levels(STEPS) / deviation
        made = bench.latents(words, seeds, cfg=GUIDANCE, sigmas=sigmas)
        kept = made if deviation == 1.0 else kept
        pictures = bench.decoded(made)
        grades = [grade(picture, one) for picture, one in zip(pictures, asked.descriptions, strict=True)]
        scores = plus_minus(clip_score(bench.see(pictures), texts).tolist(), 2)
        rows.append(grades_row(f"{deviation:.2f} | {float(sigmas[0]):.2f}", grades, CATEGORIES, scores))
        print(rows[-1], flush=True)
        shown.append((f"deviation {deviation:.2f}", pictures[:SHOWN]))
    put(folder / PAGE, "imagined", "\n".join(rows))
    save_grid(grid(shown, [""] * SHOWN), folder / "10-imagined.png")
    assert kept is not None
    return kept


def contrast(pictures: list[Image.Image]) -> list[float]:
    """The deviation of each picture's values, 0..255."""
    return (as_tensor(pictures) * 255).flatten(1).std(dim=1).tolist()


def named(factor: float, right: float) -> str:
    """A wrong scale for people."""
    if math.isclose(factor * right, 1.0):
        return "1 (none)"
    return f"{factor * right:.5f}" + (" (right)" if factor == 1.0 else "")


def mistaken(bench: SdBench, asked: Asked, made: Tensor, folder: Path, seed: int) -> None:
    """Use a wrong scale: at the end of text-to-image, and at both ends of image-to-image with a colour changed."""
    wanted = recoloured_all(asked.descriptions, seed)
    words = bench.prompts([plain_caption(one) for one in wanted])
    start, true = bench.encoded(asked.pictures()), bench.see(asked.pictures())
    seeds, sigmas = list(range(seed, seed + len(wanted))), bench.levels(STEPS, STRENGTH)
    right = bench.vae.latent.scale
    told = ["from text: contrast", "all but size", "from a picture: contrast", "as it was", "as it shall be"]
    columns = ["scale", *told, "like the original"]
    rows, shown = [heading(columns)], [("original", asked.pictures()[:SHOWN])]
    for factor in (*MISTAKES, 1 / right):
        name = named(factor, right)
        ends = bench.decoded(made / factor)
        again = bench.decoded(
            bench.latents(
                words, seeds, cfg=GUIDANCE, sigmas=sigmas, start={"samples": start}, model=scaled(bench.model, factor)
            )
        )
        cells = [plus_minus(contrast(ends), 0), faithful(ends, asked.descriptions), plus_minus(contrast(again), 0)]
        cells += [faithful(again, asked.descriptions), faithful(again, wanted)]
        cells.append(plus_minus(F.cosine_similarity(bench.see(again), true).tolist()))
        rows.append(f"| {name} | {' | '.join(cells)} |")
        print(rows[-1], flush=True)
        shown += [(f"{name}: from text", ends[:SHOWN]), (f"{name}: from the original", again[:SHOWN])]
    put(folder / PAGE, "mistaken", "\n".join(rows))
    changes = [f"{n}. {a} → {plain_caption(b)}" for n, (a, b) in enumerate(zip(asked.captions, wanted, strict=True), 1)]
    put(folder / PAGE, "captions", "\n".join(changes[:SHOWN]))
    save_grid(grid(shown, [""] * SHOWN, side=56), folder / "10-mistaken.png")


def faithful(pictures: list[Image.Image], descriptions: list[Description]) -> str:
    """The share of pictures that are right in all but size, for people."""
    right = sum(grade(picture, one).faithful for picture, one in zip(pictures, descriptions, strict=True))
    return percent(Share(right, len(pictures)))


def run(folder: Path, *, count: int, seed: int) -> None:
    """All three, and write the page."""
    torch.manual_seed(seed)
    bench, asked = SdBench(), held_out(count, seed)
    own = signals(bench, asked, folder, seed)
    made = imagined(bench, asked, bench.prompts(asked.captions), own, folder, seed)
    mistaken(bench, asked, made, folder, seed)
