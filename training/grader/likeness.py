"""What the starters' CLIP says of pictures: how they fit their captions, and how far the set lies from true pictures.

The grader reads shapes and colours; this sees what it does not: soft edges, stray marks, sameness.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from diffusion.metrics.clip_score import clip_score
from diffusion.metrics.distance import frechet_distance, kernel_distance
from training.shipped_encoders import caption_embeddings, picture_embeddings
from training.world.captions import plain_caption
from training.world.pool import draw_scenes, render_all
from training.world.scene import Description, Scene, place

SIDE = 64
"""Pixels at which every set is seen, so that systems of different sizes compare."""


@dataclass(frozen=True)
class Likeness:
    """How a set of pictures fares.

    Attributes:
        score: CLIP score (Hessel et al. 2021) with the captions, the mean of the set; up to 2.5.
        true_score: the same of true pictures of the same captions.
        frechet: Fréchet distance (Heusel et al. 2017) to fresh true pictures of other held-out captions, as many.
        true_frechet: the same of the true pictures: what a perfect painter would reach with so few.
        kernel, true_kernel: kernel distance (Bińkowski et al. 2018), likewise.
    """

    score: float
    true_score: float
    frechet: float
    true_frechet: float
    kernel: float
    true_kernel: float

    def lines(self) -> str:
        """The figures for people, each beside that of true pictures."""
        return "\n".join(
            [
                f"CLIP score        {self.score:.3f} (true pictures {self.true_score:.3f})",
                f"Fréchet distance  {self.frechet:.3f} (true pictures {self.true_frechet:.3f})",
                f"kernel distance   {self.kernel:.4f} (true pictures {self.true_kernel:.4f})",
            ]
        )


def _seen(pictures: Sequence[Image.Image]) -> Tensor:
    small = [np.asarray(one.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)) for one in pictures]
    return picture_embeddings(torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2))


def _rendered(scenes: list[Scene]) -> Tensor:
    return _seen([Image.fromarray(picture.permute(1, 2, 0).numpy()) for picture in render_all(scenes)])


def likeness(pictures: Sequence[Image.Image], descriptions: Sequence[Description], *, seed: int) -> Likeness:
    """See pictures of descriptions as CLIP does.

    Args:
        pictures: at least two, of one shape.
        descriptions: what was asked for, one each; worded in plain English for CLIP whatever the prompt's language was.
        seed: of the true pictures that are compared with.

    Raises:
        ValueError: fewer than two pictures.
    """
    rng = random.Random(f"likeness {seed}")
    texts = caption_embeddings([plain_caption(one) for one in descriptions])
    made, true = _seen(pictures), _rendered([place(one, rng) for one in descriptions])
    fresh = _rendered(draw_scenes(len(pictures), 7000 + seed, held_out=True))
    return Likeness(
        float(clip_score(made, texts).mean()),
        float(clip_score(true, texts).mean()),
        frechet_distance(made, fresh),
        frechet_distance(true, fresh),
        kernel_distance(made, fresh),
        kernel_distance(true, fresh),
    )
