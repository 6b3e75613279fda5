"""Train the 64-pixel networks: on words alone, then as unCLIP's decoder, then as Imagen's base."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.grader.grading import grade, shares
from training.loop import Course, follow
from training.parallel import Team
from training.stages.pixel_model import (
    SIDE,
    TIMESTEPS,
    build,
    kept_signal,
    take_over,
    walk,
    weights_of,
)
from training.stages.sheet import pictures_of, sheet
from training.starters import SD, UNCLIP_DECODER
from training.state import load_state, save_state
from training.world.captions import draw_caption, plain_caption
from training.world.pool import draw_scenes, render_all
from training.world.scene import Description, Scene

LEARNING_RATE = 7e-4
BATCH = 32
LARGEST_WEIGHT = 6.0
GUIDANCE = 3.0
LOOKS = 36
LOOK_EVERY = 600.0
OUTER = ("input_blocks.0.", "out.inner.", "image_tokens", "label_emb")

Encoder = Callable[[list[str]], Tensor]
"""Captions → token states [N, T, width]."""
Caption = Callable[[Description, random.Random], str]
"""One of the ways to say a description."""


@dataclass(frozen=True)
class Goal:
    """What a network is to learn.

    Attributes:
        name: of the stage, and of its files.
        minutes: on two shared cores.
        scenes: how many pictures.
        textless, imageless: shares of batches' rows whose text, or image embedding, is taken away.
        begins_with: the file whose weights it starts from, or the name of a stage.
    """

    name: str
    minutes: float
    scenes: int = 16_000
    textless: float = 0.1
    imageless: float = 0.1
    begins_with: Path | str = SD


WORDS = Goal("pixels", 25)
DECODER = Goal("decoder", 25, textless=0.5, begins_with="pixels")
IMAGEN = Goal("imagen", 60, begins_with=UNCLIP_DECODER)
"""Objects, order and binding at 64 pixels are learnt in unCLIP's decoder; new are the words' features."""


@dataclass(frozen=True)
class PixelSet:
    """What a network is shown.

    Captions are worded and encoded anew in every step: that takes a twenty-fifth of it, and less than to encode several
    wordings of every scene before the first.

    Attributes:
        pictures: [N, 3, 64, 64] uint8.
        descriptions: of the N pictures.
        encode, caption: how captions are encoded and worded.
        empty: states of no words [1, T, width].
        embeddings: perhaps CLIP's of the pictures [N, D].
    """

    pictures: Tensor
    descriptions: list[Description]
    encode: Encoder
    caption: Caption
    empty: Tensor
    embeddings: Tensor | None = None

    def context(self, which: Tensor, textless: Tensor, rng: torch.Generator) -> Tensor:
        """States [B, T, width] of fresh wordings of pictures [B]; of no words where `textless` [B]."""
        states = self.empty.repeat(len(which), 1, 1)
        told = (~textless).nonzero().flatten()
        words = random.Random(int(torch.randint(2**62, (), generator=rng)))
        if len(told):
            states[told] = self.encode(
                [self.caption(self.descriptions[index], words) for index in which[told].tolist()]
            )
        return states


@dataclass(frozen=True)
class Asked:
    """Held-out scenes to look at: their descriptions, states [N, T, width], and perhaps image embeddings [N, D]."""

    descriptions: list[Description]
    states: Tensor
    embeddings: Tensor | None = None


def small(pictures: Tensor) -> Tensor:
    """Pictures uint8 [N, 3, 128, 128] at 64 pixels, each the mean of four."""
    return F.avg_pool2d(pictures.float(), pictures.shape[-1] // SIDE).round().byte()


def prepared(state_dir: Path, goal: Goal, encode: Encoder, caption: Caption = draw_caption, *, seed: int) -> PixelSet:
    """Draw scenes, and paint them once for a stage folder."""
    scenes = draw_scenes(goal.scenes, seed, held_out=False)
    painted = state_dir / f"small-{seed}-{goal.scenes}.pt"
    if not painted.is_file():
        parts = [small(render_all(scenes[start : start + 500])) for start in range(0, len(scenes), 500)]
        save_state(painted, {"pictures": torch.cat(parts)})
    descriptions = [scene.description for scene in scenes]
    return PixelSet(load_state(painted)["pictures"], descriptions, encode, caption, encode([""]).clone())


def with_embeddings(
    data: PixelSet, asked: Asked, scenes: list[Scene], state_dir: Path, see: Callable[[Tensor], Tensor]
) -> tuple[PixelSet, Asked]:
    """Add what CLIP sees in the pictures, made once for a stage folder, and in those of the held-out `scenes`."""
    path = state_dir / f"seen-{len(data.pictures)}.pt"
    if not path.is_file():
        save_state(path, {"embeddings": see(data.pictures)})
    return (
        replace(data, embeddings=load_state(path)["embeddings"]),
        replace(asked, embeddings=see(small(render_all(scenes)))),
    )


def draw_times(count: int, rng: torch.Generator) -> Tensor:
    """Timesteps [count]: half logit-normal around the noisier middle (Esser et al. 2024), half leaning to the noise,
    where layout is decided: flat shapes are seen through far more noise than photographs."""
    uniform = torch.rand(count, generator=rng)
    leaning = 2 * uniform / (1 + uniform)
    middle = torch.sigmoid(torch.randn(count, generator=rng) + 0.5)
    chosen = torch.where(torch.rand(count, generator=rng) < 0.5, leaning, middle)
    return (chosen * TIMESTEPS).long().clamp(max=TIMESTEPS - 1)


def loss_of(model: nn.Module, data: PixelSet, goal: Goal, count: int, rng: torch.Generator, kept: Tensor) -> Tensor:
    """The error of the predicted picture on one batch, weighted as the velocity's (Salimans & Ho 2022): 1/(1 - ᾱ)."""
    which = torch.randint(len(data.pictures), (count,), generator=rng)
    clean = data.pictures[which].float() / 127.5 - 1
    textless = torch.rand(count, generator=rng) < goal.textless
    inputs = {"context": data.context(which, textless, rng)}
    if data.embeddings is not None:
        imageless = torch.rand(count, generator=rng) < goal.imageless
        inputs["y"] = data.embeddings[which] * ~imageless[:, None]
    time = draw_times(count, rng)
    share = kept[time][:, None, None, None]
    noisy = share.sqrt() * clean + (1 - share).sqrt() * torch.randn(clean.shape, generator=rng)
    with torch.autocast("cpu", torch.bfloat16):
        predicted = model(noisy.contiguous(memory_format=torch.channels_last), time, **inputs)
    weight = (1 / (1 - kept[time])).clamp(max=LARGEST_WEIGHT)
    return ((predicted.float() - clean).square().mean(dim=(1, 2, 3)) * weight).mean()


def asked_scenes(encode: Encoder, seed: int) -> tuple[list[Scene], Asked]:
    """Held-out scenes and their captions' states."""
    scenes = draw_scenes(LOOKS, seed, held_out=True)
    descriptions = [scene.description for scene in scenes]
    return scenes, Asked(descriptions, encode([plain_caption(one) for one in descriptions]).float())


def train(
    state_dir: Path,
    goal: Goal,
    data: PixelSet,
    asked: Asked,
    team: Team,
    *,
    minutes: float,
    seed: int,
    start: Path | None = None,
) -> None:
    """Train a network, or go on from the saved state; now and then a sheet of pictures and a quick grade.

    Args:
        start: a state or a shipped file to start from instead of the goal's own.
    """
    torch.manual_seed(seed)
    width = 0 if data.embeddings is None else data.embeddings.shape[1]
    model = build(embedding_width=width, context_width=data.empty.shape[-1])
    begins = goal.begins_with if isinstance(goal.begins_with, Path) else state_dir / f"{goal.begins_with}.pt"
    fresh = take_over(model, weights_of(start or begins))
    team.say(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters; {len(fresh)} tensors start anew")
    kept = kept_signal()

    def look(weights: dict[str, Tensor], step: int) -> tuple[str, float]:
        averaged = build(embedding_width=width, context_width=data.empty.shape[-1])
        averaged.load_state_dict(weights)
        wanted, other = {"context": asked.states}, {"context": data.empty}
        if asked.embeddings is not None:
            wanted["y"], other["y"] = asked.embeddings, torch.zeros(1, width)
        pictures = pictures_of(walk(averaged.eval(), wanted, other, steps=20, guidance=GUIDANCE, seed=1))
        path = state_dir / "looks" / f"{goal.name}-{step:06d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet(pictures).save(path)
        right = shares([grade(picture, one) for picture, one in zip(pictures, asked.descriptions, strict=True)])
        line = ", ".join(f"{name} {share.right}/{share.asked}" for name, share in right.items())
        return line, right["all but size"].right / right["all but size"].asked

    course = Course(
        state_dir / f"{goal.name}.pt", seed, 1_000_000, minutes or goal.minutes, LEARNING_RATE, OUTER, LOOK_EVERY
    )
    follow(course, model, team, lambda rng: loss_of(model, data, goal, BATCH // team.size, rng, kept), look)
