"""What a painter hears: twins differ in one respect alone, and a painter that is told the truth wins."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from training.evidence.hearing import TWINS, heard, pairs
from training.evidence.small_painters import Arm, Painter
from training.world.captions import canonical, plain_caption
from training.world.pool import render_all
from training.world.scene import Description


@pytest.mark.parametrize("kind", TWINS)
def test_a_twin_says_something_else_with_most_of_the_same_words(kind: str) -> None:
    scenes, twins = pairs(kind, 1, 12)
    assert len(scenes) == len(twins) == 12
    for scene, twin in zip(scenes, twins, strict=True):
        was = scene.description
        assert canonical(was) != canonical(twin)
        assert (was.arrangement, was.background) == (twin.arrangement, twin.background)
        words, others = plain_caption(was).split(), plain_caption(twin).split()
        changed = [word for word in words if word not in (*others, "a", "an")]
        assert len(changed) <= {"colour": 1, "count": 1, "position": 1, "binding": 0}[kind]


class Knowing(nn.Module):
    """Predicts the true picture where it is told the true caption, and gray otherwise."""

    def __init__(self, known: dict[str, Tensor]) -> None:
        super().__init__()
        self.known, self.captions = known, list[str]()

    def forward(self, noisy: Tensor, time: Tensor, states: Tensor) -> Tensor:
        del time, states
        return torch.stack([self.known.get(caption, torch.zeros_like(noisy[0])) for caption in self.captions])


@pytest.mark.parametrize("kind", ["colour", "position"])
def test_the_true_caption_wins_where_it_is_heard(kind: str) -> None:
    scenes, _ = pairs(kind, 1, 6)
    pictures = render_all(scenes, 64).float() / 127.5 - 1
    told: list[Description] = [scene.description for scene in scenes]
    model = Knowing(dict(zip(map(plain_caption, told), pictures, strict=True)))

    class Words:
        def __call__(self, captions: list[str]) -> Tensor:
            model.captions = captions
            return torch.zeros(len(captions), 1, 1)

    painter = Painter(Arm("knowing", Path("none"), 0, (32, 64)), model, Words())  # pyright: ignore[reportArgumentType]
    share = heard(painter, kind, 1, 6)
    assert (share.right, share.asked) == (6, 6)
