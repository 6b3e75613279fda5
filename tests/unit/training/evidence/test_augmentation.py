"""Small pictures are spoilt as much as it says, the same again from the same seed, and compared with the true ones."""

import pytest
import torch

from training.evidence.augmentation import LARGE, SMALL, SPOILT, Upsamplers, ratios, small_pictures
from training.evidence.bench import as_tensor
from training.evidence.scenes import held_out
from training.world.render import render_image


def test_every_way_of_spoiling_repeats_itself_and_only_clean_leaves_the_picture() -> None:
    small = small_pictures(held_out(2, 5))
    for name, spoil in SPOILT.items():
        first, again = (spoil(small, torch.Generator().manual_seed(3)) for _ in range(2))
        assert torch.equal(first, again)
        assert first.shape == small.shape
        assert torch.equal(first, small) == (name == "clean")
        assert 0 <= first.min() <= first.max() <= 1


def test_a_picture_off_by_a_tenth_is_at_20_decibels() -> None:
    true = torch.full((1, 8, 8, 3), 0.5)
    assert ratios(true + 0.1, true) == pytest.approx([20], abs=1e-4)
    assert ratios(true, true) == [100]


def test_the_starters_stage_enlarges_a_clean_picture_better_than_bicubic() -> None:
    asked, bench = held_out(1, 5), Upsamplers()
    small = small_pictures(asked)
    true = as_tensor([render_image(asked.scenes[0], LARGE)])
    ways = bench.ways(small, 1)
    assert small.shape == (1, SMALL, SMALL, 3)
    assert ratios(ways["level 0"](), true)[0] > ratios(ways["bicubic"](), true)[0] + 2
