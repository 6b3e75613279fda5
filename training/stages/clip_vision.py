"""Train CLIP's image tower against the shipped text encoder, over scenes and their hard twins."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from diffusion.image.clip_pixels import clip_pixels
from diffusion.networks.clip import ClipText
from training.measured import Length, run
from training.stages.clip_model import VISION, ClipTraining, frozen_text, text_states
from training.stages.text_encoder import SHORT, draw_group, twin_accuracy
from training.stages.text_model import grounding_loss
from training.tokenizer import EOS, Vocabulary, build_tokenizer, encode
from training.world.captions import draw_caption
from training.world.coverage import coverage
from training.world.render import render
from training.world.scene import Scene, place

STATE = "clip-vision.pt"
GROUPS = 24
"""Scenes a step; each comes with three hard twins."""
GROUNDED = 2
"""Of so many pictures, one says what is in its patches."""
HELD_OUT = 64


@dataclass(frozen=True)
class Seen:
    """Scenes as the loss takes them.

    Attributes:
        pooled: states of end tokens [B, width].
        pictures: [B, 3, 64, 64] as `clip_pixels` makes them.
        objects, colours: shares of each patch [B / 2, 64, 13] and [B / 2, 64, 12] of every second picture.
    """

    pooled: Tensor
    pictures: Tensor
    objects: Tensor
    colours: Tensor


def look(pictures: Tensor, rng: random.Random | None = None) -> Tensor:
    """Pictures uint8 [B, H, W, 3] as the tower reads them; with `rng`, roughened as a generated picture is.

    A third of them lose some of their sharpness, and most get a little noise.
    """
    if rng is None:
        return clip_pixels(pictures.float() / 255, VISION.size)
    side = VISION.size
    pixels = F.avg_pool2d(pictures.permute(0, 3, 1, 2).float() / 255, pictures.shape[1] // side)
    blurred = F.avg_pool2d(F.pad(pixels, (0, 1, 0, 1), mode="replicate"), 2, stride=1)
    count = len(pixels)
    share = torch.tensor([rng.choice((0.0, 0.0, 1.0)) * rng.random() for _ in range(count)]).view(-1, 1, 1, 1)
    level = torch.tensor([rng.choice((0.0, 0.01, 0.03, 0.06)) for _ in range(count)]).view(-1, 1, 1, 1)
    noise = torch.randn(pixels.shape, generator=torch.Generator().manual_seed(rng.getrandbits(32)))
    rough = torch.lerp(pixels, blurred, share) + noise * level
    return clip_pixels(rough.clamp(0, 1).permute(0, 2, 3, 1), side)


class ClipTask:
    """Contrast and grounding over batches that the step's number seeds."""

    outer = ("embedding", "projection", "objects", "colours")
    rate = 1.2e-3

    def __init__(self, text: ClipText, vocabulary: Vocabulary, seed: int, groups: int = GROUPS) -> None:
        torch.manual_seed(seed)
        self.model: nn.Module = ClipTraining()
        self.text, self.seed, self.groups = text, seed, groups
        self.tokenizer: Tokenizer = build_tokenizer(vocabulary)
        self.end = vocabulary.vocab[EOS]
        self.held_out = self.draw(random.Random(f"clip held out {seed}"), HELD_OUT, held_out=True)

    def draw(self, rng: random.Random, groups: int, *, held_out: bool) -> Seen:
        """Whole groups, group by group; held-out ones are not roughened."""
        scenes = [place(twin, rng) for _ in range(groups) for twin in draw_group(rng, held_out=held_out)]
        return self.see(scenes, rng, roughen=not held_out)

    def see(self, scenes: list[Scene], rng: random.Random, *, roughen: bool) -> Seen:
        """Render scenes, draw a caption for each, and encode it."""
        shares = [coverage(scene) for scene in scenes[::GROUNDED]]
        pictures = torch.from_numpy(np.stack([render(scene) for scene in scenes]))
        ids = torch.tensor([encode(self.tokenizer, draw_caption(scene.description, rng)) for scene in scenes])
        return Seen(
            text_states(self.text, ids[:, :SHORT], self.end)[1],
            look(pictures, rng if roughen else None),
            torch.from_numpy(np.stack([share[0] for share in shares])),
            torch.from_numpy(np.stack([share[1] for share in shares])),
        )

    def loss(self, step: int) -> Tensor:
        """Both losses on a fresh batch."""
        model = self.model
        assert isinstance(model, ClipTraining)
        batch = self.draw(random.Random(f"clip {self.seed} {step}"), self.groups, held_out=False)
        texts, images, logits = model.embed(batch.pooled, batch.pictures, GROUNDED)
        return model.contrast(texts, images) + grounding_loss(logits, batch.objects, batch.colours)

    def measure(self) -> tuple[float, str]:
        """Twins told apart, both ways."""
        model = self.model
        assert isinstance(model, ClipTraining)
        texts, images, logits = model.embed(self.held_out.pooled, self.held_out.pictures, GROUNDED)
        by_picture, by_caption = twin_accuracy(texts, images)
        among = (images @ texts.T).argmax(dim=1).eq(torch.arange(len(texts))).float().mean()
        ground = grounding_loss(logits, self.held_out.objects, self.held_out.colours)
        cosine = (images * texts).sum(-1).mean()
        line = f"held-out twins: picture→caption {by_picture:.3f}, caption→picture {by_caption:.3f}; "
        line += f"picture→caption among {len(texts)} {among:.3f}; grounding {ground:.3f}, cosine {cosine:.3f}, "
        return (by_picture + by_caption) / 2, line + f"temperature {model.temperature.exp():.1f}"


def train(
    state_dir: Path,
    encoder: Path,
    vocabulary: Vocabulary,
    *,
    seed: int,
    length: Length,
    groups: int = GROUPS,
    init_from: dict[str, Tensor] | None = None,
) -> None:
    """Train, or go on from the saved state.

    Args:
        state_dir: folder of states.
        encoder: the file of the text encoder that is matched.
        vocabulary: of that text encoder.
        seed: of data and weights.
        length: when to end.
        groups: scenes a step, each with three twins.
        init_from: weights to start from, under the names of `ClipTraining`.
    """
    task = ClipTask(frozen_text(encoder), vocabulary, seed, groups)
    if init_from:
        task.model.load_state_dict(init_from, strict=False)
    run(state_dir / STATE, task, length)
