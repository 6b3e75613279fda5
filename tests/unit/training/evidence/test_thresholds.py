"""Colours in numbers: values at the ends, saturation, distance from the world's colours."""

import pytest
import torch

from training.evidence.thresholds import WAYS, at_ends, off_palette, saturations
from training.world.vocabulary import PALETTE


def test_black_and_white_values_are_at_an_end_and_their_neighbours_are_not() -> None:
    levels = torch.tensor([0, 1, 2, 253, 254, 255]).reshape(1, 2, 1, 3) / 255
    assert at_ends(levels) == pytest.approx([4 / 6])


def test_grey_has_no_saturation_and_pure_red_has_all() -> None:
    grey, red = torch.full((4, 4, 3), 0.5), torch.tensor([1.0, 0, 0]).expand(4, 4, 3)
    assert saturations(torch.stack([grey, red])) == pytest.approx([0, 1])


def test_colours_of_the_world_are_on_the_palette_and_others_are_as_far_as_the_nearest() -> None:
    red, off = torch.tensor([PALETTE["red"], [18.0, 18, 8]])[:, None, None, :].expand(2, 3, 3, 3) / 255
    assert off_palette(torch.stack([red, off])) == pytest.approx([0, 10], abs=0.05)


def test_the_three_ways_differ_in_their_threshold_alone() -> None:
    assert [way.threshold for way in WAYS.values()] == list(WAYS)
