"""Which of two captions a painter hears in a noisy picture: the true one, or one that differs in a single respect.

The true caption should take more off the error of the predicted picture than its twin (Li et al. 2023, "Your diffusion
model is secretly a zero-shot classifier"). Chance is a half, and painters that paint badly yet can be told apart.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
from torch import Tensor

from training.evidence.scenes import recoloured
from training.evidence.small_painters import Painter
from training.grader.grading import Share
from training.stages import pixels
from training.stages.pixel_model import kept_signal
from training.world.captions import plain_caption
from training.world.pool import draw_scenes, render_all
from training.world.scene import Description, Scene
from training.world.vocabulary import INVERSE

SCENES = 192
"""Held-out scenes of each kind."""
DRAWS = 4
"""Times and noises of each scene."""
BATCH = 32


def turned(description: Description) -> Description | None:
    """The relation the other way round."""
    relation = description.relation
    return None if relation is None else replace(description, relation=INVERSE[relation])


def counted(description: Description) -> Description | None:
    """Three of the same for two, and two for three."""
    if description.arrangement != "count":
        return None
    number = 5 - len(description.things)
    return replace(description, things=(description.things[0],) * number)


def swapped(description: Description) -> Description | None:
    """The colours of the first two things exchanged, where that changes what is said."""
    if description.arrangement not in ("relation", "list"):
        return None
    first, second, *rest = description.things
    if first.colour == second.colour or (first.object, first.size) == (second.object, second.size):
        return None
    things = (replace(first, colour=second.colour), replace(second, colour=first.colour), *rest)
    return replace(description, things=things)


def _recoloured(description: Description) -> Description:
    return recoloured(description, random.Random(plain_caption(description)))


TWINS: Mapping[str, Callable[[Description], Description | None]] = {
    "colour": _recoloured,
    "count": counted,
    "position": turned,
    "binding": swapped,
}
"""What is asked about, and the twin that differs in it alone; None where a description has none."""


def pairs(kind: str, seed: int, count: int = SCENES) -> tuple[list[Scene], list[Description]]:
    """The first held-out scenes that have such a twin, and their twins."""
    found: list[tuple[Scene, Description]] = []
    for scene in draw_scenes(count * 16, 9000 + seed, held_out=True):
        twin = TWINS[kind](scene.description)
        if twin is not None and len(found) < count:
            found.append((scene, twin))
    return [scene for scene, _ in found], [twin for _, twin in found]


@torch.no_grad()
def errors(painter: Painter, scenes: list[Scene], captions: list[str], seed: int) -> Tensor:
    """Squared errors [N] of the predicted pictures, each the mean of several times and noises, the same every time."""
    rng, kept = torch.Generator().manual_seed(seed), kept_signal()
    parts: list[Tensor] = []
    for start in range(0, len(scenes), BATCH):
        clean = pixels.small(render_all(scenes[start : start + BATCH])).float() / 127.5 - 1
        states = painter.states(captions[start : start + BATCH])
        total = torch.zeros(len(clean))
        for _ in range(DRAWS):
            time = pixels.draw_times(len(clean), rng)
            share = kept[time][:, None, None, None]
            noisy = share.sqrt() * clean + (1 - share).sqrt() * torch.randn(clean.shape, generator=rng)
            with torch.autocast("cpu", torch.bfloat16):
                made = painter.model(noisy.contiguous(memory_format=torch.channels_last), time, states)
            total += (made.float() - clean).square().mean(dim=(1, 2, 3))
        parts.append(total / DRAWS)
    return torch.cat(parts)


def heard(painter: Painter, kind: str, seed: int, count: int = SCENES) -> Share:
    """How often the true caption wins against its twin."""
    scenes, twins = pairs(kind, seed, count)
    true = errors(painter, scenes, [plain_caption(scene.description) for scene in scenes], seed)
    other = errors(painter, scenes, [plain_caption(twin) for twin in twins], seed)
    return Share(int((true < other).sum()), len(scenes))
