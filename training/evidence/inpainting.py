"""Page 9: a hole painted with any model (the known part blended in at each step), and with one of nine channels.

`python -m training.evidence inpainting`
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.image.pixels import to_pillow
from diffusion.metrics.fidelity import psnr
from nodes.inpainting import inpaint_model_conditioning
from nodes.pictures_arrange import image_composite_masked
from nodes.sockets import DiffusionModel
from training.evidence.bench import as_tensor
from training.evidence.page import grades_row, grid, heading, plus_minus, put, save_grid
from training.evidence.scenes import Asked, held_out, recoloured_all
from training.evidence.sd_bench import CELLS, SdBench
from training.grader.grading import grade
from training.starters import SD_INPAINT
from training.world.captions import plain_caption
from training.world.scene import Item, Scene
from training.world.vocabulary import PICTURE_SIZE, SIZES

NAME = "inpainting"
PAGE = "09-inpainting.md"
CATEGORIES = ("objects", "colours", "count", "all but size")
GUIDANCE, STEPS = 4.0, 20
CELL = PICTURE_SIZE // CELLS
MARGIN = 4
"""Pixels around a thing that belong to its hole."""
SHOWN = 8


@dataclass(frozen=True)
class Task:
    """Pictures, holes in them, and what shall be there.

    Attributes:
        before, after: the scenes as they are, and as they shall be: the first thing in another colour.
        holes: [N, 1, 16, 16] in cells of the latent, 1 is painted.
    """

    before: Asked
    after: Asked
    holes: Tensor

    @property
    def masks(self) -> Tensor:
        """The holes in pixels, [N, 128, 128]."""
        return self.holes[:, 0].repeat_interleave(CELL, 1).repeat_interleave(CELL, 2)


def hole_around(items: list[Item]) -> Tensor:
    """A mask [1, 16, 16] of the cells that things touch, with a margin."""
    mask = torch.zeros(1, CELLS, CELLS)
    for item in items:
        reach = SIZES[item.thing.size] / 2 + MARGIN
        top, left = (max(0, int((at - reach) // CELL)) for at in (item.y, item.x))
        bottom, right = (int(-(-(at + reach) // CELL)) for at in (item.y, item.x))
        mask[:, top:bottom, left:right] = 1
    return mask


def task_of(asked: Asked, seed: int) -> Task:
    """Each first thing (where things are counted, all of them) in another colour, and a hole around what changes."""
    scenes: list[Scene] = []
    holes: list[Tensor] = []
    for scene, wanted in zip(asked.scenes, recoloured_all(asked.descriptions, seed), strict=True):
        items = tuple(Item(thing, old.x, old.y) for thing, old in zip(wanted.things, scene.items, strict=True))
        scenes.append(Scene(wanted, items))
        holes.append(hole_around([new for new, old in zip(items, scene.items, strict=True) if new != old]))
    return Task(asked, Asked(scenes, [plain_caption(one.description) for one in scenes]), torch.stack(holes))


class Painters(SdBench):
    """The ways to fill a hole."""

    @cached_property
    def nine(self) -> DiffusionModel | None:
        """The inpainting starter, or None while there is none."""
        if not SD_INPAINT.is_file():
            return None
        opened = open_model(SD_INPAINT)
        assert opened.denoiser is not None and opened.record is not None
        return DiffusionModel(opened.denoiser, opened.record)

    def whole(self, task: Task, seeds: list[int]) -> Tensor:
        """Latents of the captions alone, with no hole and no picture: what the model would paint unbound."""
        return self.latents(self.prompts(task.after.captions), seeds, cfg=GUIDANCE, sigmas=self.levels(STEPS))

    def masked(self, task: Task, seeds: list[int]) -> Tensor:
        """Latents with the known part blended in at each step (Lugmayr et al. 2022), by the model of four channels."""
        return self.latents(
            self.prompts(task.after.captions),
            seeds,
            cfg=GUIDANCE,
            sigmas=self.levels(STEPS),
            start={"samples": self.encoded(task.before.pictures()), "noise_mask": task.holes},
        )

    def shown(self, task: Task, seeds: list[int], *, keep: bool) -> Tensor:
        """Latents by the model of nine channels, which sees mask and picture (Rombach et al. 2022, section 4.5).

        Args:
            task: what to paint.
            seeds: one for each picture.
            keep: also blend the known part in at each step.
        """
        assert self.nine is not None
        asked, _, start = inpaint_model_conditioning(
            self.context,
            positive=self.prompts(task.after.captions),
            negative=self.prompts([""]),
            vae=self.vae,
            pixels=as_tensor(task.before.pictures()),
            mask=task.masks,
            noise_mask=keep,
        )
        levels = self.levels(STEPS)
        return self.latents(asked, seeds, cfg=GUIDANCE, sigmas=levels, start=start, model=self.nine)

    def ways(self) -> Mapping[str, Callable[[Task, list[int]], Tensor]]:
        """By name, every way that has its model here."""
        found: dict[str, Callable[[Task, list[int]], Tensor]] = {
            "no hole: the caption alone": self.whole,
            "four channels, blended": self.masked,
        }
        if self.nine is not None:
            found["nine channels"] = lambda task, seeds: self.shown(task, seeds, keep=False)
            found["nine channels, blended"] = lambda task, seeds: self.shown(task, seeds, keep=True)
        return found


def outside(made: Tensor, reference: Tensor, masks: Tensor) -> list[float]:
    """Peak signal-to-noise ratio in dB of each picture [N, H, W, 3] where its mask [N, H, W] is 0; 100 where equal."""
    kept = masks[..., None] == 0
    both = [torch.where(kept, one, 0.0).permute(0, 3, 1, 2) for one in (made, reference)]
    share = kept.double().mean(dim=(1, 2, 3)).clamp_min(1e-9)
    return (psnr(*both) + 10 * torch.log10(share)).clamp(max=100).tolist()


def seams(made: Tensor, masks: Tensor) -> list[float]:
    """The mean difference (0..255) of neighbours on both sides of each hole's border, pictures [N, H, W, 3]."""
    found: list[float] = []
    for picture, mask in zip(made, masks, strict=True):
        steps = [(picture[1:] - picture[:-1], mask[1:] != mask[:-1])]
        steps.append((picture[:, 1:] - picture[:, :-1], mask[:, 1:] != mask[:, :-1]))
        across = torch.cat([step[border].abs().mean(dim=1) for step, border in steps])
        found.append(across.mean().item() * 255)
    return found


def same_latents(made: Tensor, given: Tensor, holes: Tensor) -> str:
    """How many of the latents are bit for bit those that were given, where nothing is painted."""
    kept = holes.expand_as(made) == 0
    same = [torch.equal(one[here], was[here]) for one, was, here in zip(made, given, kept, strict=True)]
    return f"{sum(same)} of {len(same)}"


def run(folder: Path, *, count: int, seed: int) -> None:
    """Paint the holes in every way there is, measure what stayed and what came, and write the page."""
    bench = Painters()
    task = task_of(held_out(count, seed), seed)
    before, true = (as_tensor(asked.pictures()) for asked in (task.before, task.after))
    given, masks = bench.encoded(task.before.pictures()), task.masks
    round_trip = as_tensor(bench.decoded(given))
    rows = [heading(["way", *CATEGORIES, "seam"])]
    stayed = [heading(["way", "latents equal", "outside: to original", "to its round trip", "pasted back"])]
    shown: list[tuple[str, list[Image.Image]]] = [("original", task.before.pictures()[:SHOWN])]
    holed = torch.where(masks[..., None] > 0, 0.5, before)
    shown.append(("with its hole", [to_pillow(one) for one in holed[:SHOWN]]))

    def judged(name: str, pixels: Tensor) -> None:
        pictures = [to_pillow(one) for one in pixels]
        grades = [grade(one, asked) for one, asked in zip(pictures, task.after.descriptions, strict=True)]
        rows.append(grades_row(name, grades, CATEGORIES, plus_minus(seams(pixels, masks), 1)))
        print(rows[-1], flush=True)
        shown.append((name, pictures[:SHOWN]))

    for name, way in bench.ways().items():
        made = way(task, list(range(seed, seed + count)))
        pixels = as_tensor(bench.decoded(made))
        pasted = image_composite_masked(destination=before, source=pixels, mask=masks)
        kept = [plus_minus(outside(pixels, reference, masks), 1) for reference in (before, round_trip)]
        kept += [plus_minus(outside(pasted, before, masks), 1)]
        stayed.append(f"| {name} | {same_latents(made, given, task.holes)} | {' | '.join(kept)} |")
        print(stayed[-1], flush=True)
        judged(name, pixels)
        judged(f"{name}, pasted back", pasted)
    judged("true pictures", true)
    put(folder / PAGE, "stayed", "\n".join(stayed))
    put(folder / PAGE, "came", "\n".join(rows))
    changes = zip(task.before.captions, task.after.captions, strict=True)
    told = [f"{n}. {was} → {shall}" for n, (was, shall) in enumerate(changes, start=1)]
    put(folder / PAGE, "captions", "\n".join(told[:SHOWN]))
    save_grid(grid(shown, [""] * SHOWN), folder / "09-inpainting.png")
