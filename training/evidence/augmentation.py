"""Page 5: noise-conditioning augmentation lets an upsampler forgive the small picture's faults.

`python -m training.evidence augmentation`
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.image.degradation import gaussian_blur, sensor_noise, shrunk
from diffusion.image.pixels import to_pillow
from diffusion.metrics.fidelity import psnr
from nodes.cascade import cascade_upsample
from nodes.pixels import no_conditioning
from nodes.sockets import DiffusionModel
from training.evidence.bench import BATCH, Bench, as_tensor
from training.evidence.page import grid, heading, percent, plus_minus, put, save_grid
from training.evidence.scenes import Asked, held_out
from training.grader.grading import grade, shares
from training.starters import UPSAMPLER_256_IMAGEN, UPSAMPLER_256_UNCLIP
from training.world.render import render_image

NAME = "augmentation"
PAGE = "05-augmentation.md"
SMALL, LARGE = 64, 256
LEVELS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6)
SHOWN = 2
"""Scenes on the grid."""
Spoil = Callable[[Tensor, torch.Generator], Tensor]


def blotched(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Add slow waves of colour to pictures [B, H, W, 3] in 0..1: hues that are wrong here and there."""
    coarse = torch.randn((len(images), 3, 6, 6), generator=generator)
    waves = F.interpolate(coarse, images.shape[1:3], mode="bicubic", align_corners=True)
    return (images + strength * waves.permute(0, 2, 3, 1)).clamp(0, 1)


SPOILT: Mapping[str, Spoil] = {
    "clean": lambda images, _: images,
    "blurred": lambda images, _: gaussian_blur(images, 1.2),
    "noisy": lambda images, generator: sensor_noise(images, 0.1, shared=False, generator=generator),
    "blotched": lambda images, generator: blotched(images, 0.1, generator),
}
"""What is done to small pictures. Imagen's stage saw blur of at most 0.7 pixels, noise of 0.03 and blotches of 0.02."""


class Upsamplers(Bench):
    """The two stages from 64 to 256 pixels, and plain enlargement."""

    def __init__(self) -> None:
        super().__init__()
        self._stages = {path: _stage(path) for path in (UPSAMPLER_256_UNCLIP, UPSAMPLER_256_IMAGEN)}

    def enlarged(self, path: Path, small: Tensor, level: float, seed: int) -> Tensor:
        """Enlarge pictures [B, 64, 64, 3] in 0..1 by the stage in a file, told of a level of noise."""
        made = [
            cascade_upsample(
                self.context,
                model=self._stages[path],
                image=part,
                positive=no_conditioning(),
                seed=seed + number * BATCH,
                cfg=1.0,
                noise_augmentation=level,
            )
            for number, part in enumerate(small.split(BATCH))
        ]
        return torch.cat(made)

    def ways(self, small: Tensor, seed: int) -> Mapping[str, Callable[[], Tensor]]:
        """By name, each way to enlarge; the columns of the tables."""
        return {
            "bicubic": lambda: shrunk(small, LARGE, LARGE, "bicubic"),
            "no augmentation in training": lambda: self.enlarged(UPSAMPLER_256_UNCLIP, small, 0.0, seed),
            **{
                f"level {level:g}": lambda level=level: self.enlarged(UPSAMPLER_256_IMAGEN, small, level, seed)
                for level in LEVELS
            },
        }


def _stage(path: Path) -> DiffusionModel:
    opened = open_model(path)
    assert opened.denoiser is not None and opened.record is not None
    return DiffusionModel(opened.denoiser, opened.record)


def small_pictures(asked: Asked) -> Tensor:
    """The scenes at 64 pixels, [N, 64, 64, 3] in 0..1."""
    return as_tensor([render_image(scene, SMALL) for scene in asked.scenes])


def ratios(made: Tensor, true: Tensor) -> list[float]:
    """Peak signal-to-noise ratio in dB of each picture [N, H, W, 3] with the true one."""
    return psnr(made.permute(0, 3, 1, 2), true.permute(0, 3, 1, 2)).clamp(max=100).tolist()


def objects_right(made: Tensor, asked: Asked) -> str:
    """The share of things whose silhouette is known for what it is, for people."""
    grades = [grade(to_pillow(one), scene) for one, scene in zip(made, asked.descriptions, strict=True)]
    return percent(shares(grades)["objects"])


def run(folder: Path, *, count: int, seed: int) -> None:
    """Spoil small pictures, enlarge them in every way, compare with the true ones, and write the page."""
    bench, asked = Upsamplers(), held_out(count, seed)
    true = as_tensor([render_image(scene, LARGE) for scene in asked.scenes])
    columns = list(bench.ways(true, seed))
    near, known = ([heading(["small picture", *columns])] for _ in range(2))
    shown: list[tuple[str, list[Image.Image]]] = []
    for name, spoil in SPOILT.items():
        small = spoil(small_pictures(asked), torch.Generator().manual_seed(seed))
        made = {way: enlarge() for way, enlarge in bench.ways(small, seed).items()}
        near.append(f"| {name} | {' | '.join(plus_minus(ratios(one, true), 1) for one in made.values())} |")
        known.append(f"| {name} | {' | '.join(objects_right(one, asked) for one in made.values())} |")
        print(near[-1], known[-1], sep="\n", flush=True)
        for number in range(SHOWN):
            pictures = [small[number], *(one[number] for one in made.values()), true[number]]
            shown.append((name, [to_pillow(one) for one in pictures]))
    put(folder / PAGE, "near", "\n".join(near))
    put(folder / PAGE, "known", "\n".join(known))
    names = ["small", "bicubic", "without", *(f"level {level:g}" for level in LEVELS), "true"]
    save_grid(grid(shown, names, side=80), folder / "05-augmentation.png")
    put(folder / PAGE, "captions", "\n".join(f"{n}. {one}" for n, one in enumerate(asked.captions[:SHOWN], start=1)))
