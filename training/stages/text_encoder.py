"""Train the text encoder: contrastive over groups of hard twins, and grounded in where things are."""

import math
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from open_clip.loss import ClipLoss
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.muon import Optimiser
from training.parallel import Team
from training.stages.text_model import GroundingHead, ImageTower, build_text_encoder, grounding_loss, token_states
from training.state import Budget, load_state, save_state
from training.tokenizer import EOS, Vocabulary, build_tokenizer, encode
from training.world.captions import draw_caption
from training.world.coverage import coverage
from training.world.pool import to_unit_range
from training.world.render import render
from training.world.scene import Description, Scene, draw_description, place
from training.world.split import is_held_out
from training.world.twins import hard_twins

STATE = "text.pt"
OUTER = ("embedding", "stem", "queries", "grounding.objects", "grounding.colours")
GROUP = 4
"""A scene and its hard twins."""
LEARNING_RATE = 1e-3
SHORT = 26
"""Tokens of most steps: every caption fits, and a causal encoder gives the same states as with all 77."""


@dataclass(frozen=True)
class Batch:
    """Scenes with their captions, as tensors.

    Attributes:
        ids: token ids [B, 77].
        pictures: [B, 3, 64, 64] in -1..1.
        objects, colours: shares of each cell [B, 64, 13] and [B, 64, 12].
    """

    ids: Tensor
    pictures: Tensor
    objects: Tensor
    colours: Tensor


def draw_group(rng: random.Random, *, held_out: bool) -> list[Description]:
    """A description and three hard twins, all on the wanted side of the split."""
    while True:
        description = draw_description(rng)
        if is_held_out(description) != held_out:
            continue
        twins = hard_twins(description, rng, 12)
        twins = [twin for twin in twins if held_out or not is_held_out(twin)]
        if len(twins) >= GROUP - 1:
            # Rebinding twins lead the list; the last place goes to any other, so that content is told apart too.
            return [description, *twins[: GROUP - 2], rng.choice(twins[GROUP - 2 :])]


def collate(scenes: list[Scene], tokenizer: Tokenizer, rng: random.Random) -> Batch:
    """Render scenes and draw a caption for each."""
    shares = [coverage(scene) for scene in scenes]
    pictures = torch.from_numpy(np.stack([render(scene) for scene in scenes])).permute(0, 3, 1, 2)
    return Batch(
        torch.tensor([encode(tokenizer, draw_caption(scene.description, rng)) for scene in scenes]),
        F.avg_pool2d(to_unit_range(pictures), 2),
        torch.from_numpy(np.stack([share[0] for share in shares])),
        torch.from_numpy(np.stack([share[1] for share in shares])),
    )


def draw_batch(groups: int, tokenizer: Tokenizer, rng: random.Random, *, held_out: bool) -> Batch:
    """A batch of whole groups, group by group."""
    scenes = [place(twin, rng) for _ in range(groups) for twin in draw_group(rng, held_out=held_out)]
    return collate(scenes, tokenizer, rng)


class TextTraining(nn.Module):
    """The text encoder with everything that is discarded after its training."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.text = build_text_encoder(vocabulary)
        self.image = ImageTower()
        self.grounding = GroundingHead()
        self.project = nn.Linear(self.text.config.hidden_size, self.text.config.hidden_size, bias=False)
        self.temperature = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.eos = vocabulary.vocab[EOS]

    def embed(self, ids: Tensor, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Unit embeddings of captions and pictures [B, width], and the token states [B, T, width]."""
        states = token_states(self.text, ids)
        first_eos = torch.eq(ids, self.eos).int().argmax(dim=-1)
        pooled = self.project(states[torch.arange(len(ids)), first_eos])
        return F.normalize(pooled.float(), dim=-1), F.normalize(self.image(pictures).float(), dim=-1), states

    def losses(self, batch: Batch, length: int) -> tuple[Tensor, Tensor]:
        """The contrastive and the grounding loss over the first `length` tokens."""
        with torch.autocast("cpu", torch.bfloat16):
            texts, images, states = self.embed(batch.ids[:, :length], batch.pictures)
            logits = self.grounding(states)
        contrast = ClipLoss()(images, texts, self.temperature.clamp(max=math.log(100)).exp())
        assert isinstance(contrast, Tensor)
        return contrast, grounding_loss(logits, batch.objects, batch.colours)


def twin_accuracy(texts: Tensor, images: Tensor) -> tuple[float, float]:
    """Share of pictures that pick their caption, and of captions that pick their picture, within their group."""
    pictures, captions = (x.unflatten(0, (-1, GROUP)) for x in (images, texts))
    scores = pictures @ captions.transpose(1, 2)
    right = torch.arange(GROUP)
    by_picture = (scores.argmax(2) == right).float().mean()
    by_caption = (scores.argmax(1) == right).float().mean()
    return float(by_picture), float(by_caption)


@torch.no_grad()
def evaluate(model: TextTraining, batch: Batch) -> tuple[float, float, float]:
    """Twin accuracies by picture and by caption, and the grounding loss, on a held-out batch."""
    model.eval()
    parts = [
        model.embed(ids[:, :SHORT], pictures)
        for ids, pictures in zip(batch.ids.split(64), batch.pictures.split(64), strict=True)
    ]
    texts, images, states = (torch.cat([part[i] for part in parts]) for i in range(3))
    loss = grounding_loss(model.grounding(states), batch.objects, batch.colours)
    model.train()
    return *twin_accuracy(texts, images), float(loss)


def train(
    state_dir: Path,
    vocabulary: Vocabulary,
    team: Team,
    *,
    steps: int,
    minutes: float,
    seed: int,
    groups: int = 16,
    pause_at: int | None = None,
) -> None:
    """Train, or go on from the saved state; `pause_at` saves and stops at a step as an interruption would."""
    torch.manual_seed(seed)
    path = state_dir / STATE
    tokenizer = build_tokenizer(vocabulary)
    model = TextTraining(vocabulary)
    optimiser = Optimiser(model, lr=LEARNING_RATE, outer=OUTER)
    budget = Budget(steps, minutes)
    if path.is_file():
        state = load_state(path)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        budget = Budget(steps, minutes, state["step"], state["seconds"])
    held_out = draw_batch(48, tokenizer, random.Random(f"text held out {seed}"), held_out=True)

    def save() -> None:
        if not team.leads:
            return
        state = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
        save_state(path, state | {"step": budget.step, "seconds": budget.seconds})
        picture, caption, loss = evaluate(model, held_out)
        report = f"picture→caption {picture:.3f}, caption→picture {caption:.3f}, grounding {loss:.4f}"
        team.say(f"step {budget.step}, {budget.seconds:.0f} s: held-out twins {report}")

    progress = budget.progress
    while progress < 1 and budget.step != pause_at:
        rng = random.Random(f"text {seed} b {budget.step} {team.rank}")
        warm = min(1.0, (budget.step + 1) / 60)
        share = warm * max(0.02, 1 - progress)
        optimiser.set_share(share)
        batch = draw_batch(groups // team.size, tokenizer, rng, held_out=False)
        length = 77 if budget.step % 5 == 0 else SHORT
        optimiser.zero_grad()
        contrast, grounding = model.losses(batch, length)
        (contrast + grounding).backward()
        budget.step += 1
        progress = team.average(model.parameters(), budget.progress)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if budget.step % 20 == 0:
            line = f"contrast {contrast.item():.4f} grounding {grounding.item():.4f} rate {share:.2f}"
            team.say(f"step {budget.step} {budget.seconds:.0f} s {line}")
        if budget.step % 100 == 0:
            save()
    save()
