"""Texts and pictures as the shipped CLIP sees them, made once for the priors."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.image.clip_pixels import clip_pixels
from diffusion.networks.clip_projection import ClipTextWithProjection
from diffusion.networks.clip_vision import ClipVision
from diffusion.priors.diffusion_prior import PriorText
from training.stages.clip_model import text_states
from training.stages.text_encoder import GROUP, SHORT, draw_group
from training.state import load_state, save_state
from training.tokenizer import EOS, LENGTH, Vocabulary, build_tokenizer, encode, shipped_vocabulary
from training.world.captions import draw_caption
from training.world.pool import draw_scenes
from training.world.render import render
from training.world.scene import Scene, place

STATE = "embeddings.pt"
SCENES = 20_000
WORDINGS = 2
HELD_OUT = 32
"""Groups of a held-out scene and three hard twins."""
BATCH = 128


@dataclass(frozen=True)
class Clip:
    """The shipped CLIP, ready to run."""

    text: ClipTextWithProjection
    vision: ClipVision
    vocabulary: Vocabulary


def shipped_clip(text: Path, vision: Path) -> Clip:
    """Open both files.

    Raises:
        ValueError: one holds something else.
    """
    opened, seen = open_model(text), open_model(vision).vision
    encoder = materialise(opened.text[0].weighted) if opened.text else None
    if not isinstance(encoder, ClipTextWithProjection) or seen is None:
        raise ValueError(f"{text} and {vision} are not a CLIP text encoder with projection and an image encoder.")
    return Clip(encoder, materialise(seen), shipped_vocabulary(text))


@dataclass(frozen=True)
class Pairs:
    """Captions and pictures in CLIP's terms.

    Attributes:
        states: token states [N, wordings, 26, D]; pooled: text embeddings [N, wordings, D], both in half precision.
        words: tokens up to the end token, itself included [N, wordings].
        images: image embeddings [N, D].
    """

    states: Tensor
    pooled: Tensor
    words: Tensor
    images: Tensor

    def text(self, which: Tensor, wording: Tensor) -> PriorText:
        """What a prior reads of some captions, 26 tokens long."""
        mask = torch.arange(SHORT) < self.words[which, wording][:, None]
        return PriorText(self.pooled[which, wording].float(), self.states[which, wording].float(), mask)


@torch.no_grad()
def read_captions(clip: Clip, captions: list[str]) -> tuple[Tensor, Tensor, Tensor]:
    """Token states [N, 26, D], text embeddings [N, D] and how many tokens count [N]."""
    tokenizer, end = build_tokenizer(clip.vocabulary), clip.vocabulary.vocab[EOS]
    states: list[Tensor] = []
    pooled: list[Tensor] = []
    words: list[Tensor] = []
    for start in range(0, len(captions), BATCH):
        ids = torch.tensor([encode(tokenizer, caption) for caption in captions[start : start + BATCH]])[:, :SHORT]
        found, last = text_states(clip.text, ids, end)
        states.append(found.half())
        pooled.append(clip.text.project(last).half())
        words.append(torch.eq(ids, end).int().argmax(dim=-1) + 1)
    return torch.cat(states), torch.cat(pooled), torch.cat(words)


@torch.no_grad()
def see_scenes(clip: Clip, scenes: list[Scene]) -> Tensor:
    """Image embeddings [N, D]."""
    parts: list[Tensor] = []
    for start in range(0, len(scenes), BATCH):
        pictures = torch.from_numpy(np.stack([render(scene) for scene in scenes[start : start + BATCH]]))
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(clip.vision(clip_pixels(pictures.float() / 255, clip.vision.config.size)).embedding.float())
    return torch.cat(parts)


def pairs_of(clip: Clip, scenes: list[Scene], *, wordings: int, seed: int) -> Pairs:
    """Render, caption and encode scenes."""
    rng = random.Random(f"prior wordings {seed}")
    told = [read_captions(clip, [draw_caption(one.description, rng) for one in scenes]) for _ in range(wordings)]
    states, pooled, words = (torch.stack([one[i] for one in told], dim=1) for i in range(3))
    return Pairs(states, pooled, words, see_scenes(clip, scenes))


def training_pairs(state_dir: Path, clip: Clip, *, seed: int, scenes: int = SCENES) -> Pairs:
    """Those of the training scenes, from the state folder if they are there."""
    path = state_dir / STATE
    if not path.is_file():
        made = pairs_of(clip, draw_scenes(scenes, seed, held_out=False), wordings=WORDINGS, seed=seed)
        save_state(path, vars(made))
    return Pairs(**load_state(path))


def held_out_pairs(clip: Clip, *, seed: int, groups: int = HELD_OUT) -> Pairs:
    """Held-out scenes, each with three hard twins, group by group."""
    rng = random.Random(f"prior held out {seed}")
    scenes = [place(twin, rng) for _ in range(groups) for twin in draw_group(rng, held_out=True)]
    return pairs_of(clip, scenes, wordings=1, seed=seed)


def empty_text(clip: Clip) -> PriorText:
    """What a prior reads of the empty prompt, 26 tokens long."""
    states, pooled, words = read_captions(clip, [""])
    return PriorText(pooled.float(), states.float(), torch.arange(SHORT)[None] < words[:, None])


def lengthened(text: PriorText) -> PriorText:
    """The same text with 77 tokens; those behind the end are masked, so what stands there does not count."""
    missing = LENGTH - text.sequence.shape[1]
    return PriorText(text.pooled, F.pad(text.sequence, (0, 0, 0, missing)), F.pad(text.mask, (0, missing)))


@dataclass(frozen=True)
class Closeness:
    """How near embeddings come to those of the true pictures.

    Attributes:
        cosine: mean cosine with the true picture's embedding.
        centred: the same after the pictures' mean is taken away from both: CLIP's embeddings share a large part that
            makes every cosine look good.
        twins: share that are nearer to their own picture than to those of its three hard twins.
    """

    cosine: float
    centred: float
    twins: float

    def __str__(self) -> str:
        """For people."""
        return f"cosine {self.cosine:.3f}, centred {self.centred:.3f}, own picture among twins {100 * self.twins:.1f} %"


def closeness(made: Tensor, images: Tensor) -> Closeness:
    """Compare embeddings [N, D] with those of the pictures [N, D], which come in groups of four."""
    mean = images.mean(dim=0)
    ours, true = (F.normalize(x - mean, dim=-1) for x in (made, images))
    own, others = (x.unflatten(0, (-1, GROUP)) for x in (ours, true))
    table = torch.einsum("gid,gjd->gij", own, others)
    right = table.argmax(dim=2) == torch.arange(GROUP)
    plain = F.cosine_similarity(made, images, dim=-1).mean()
    return Closeness(float(plain), float((ours * true).sum(-1).mean()), float(right.float().mean()))
