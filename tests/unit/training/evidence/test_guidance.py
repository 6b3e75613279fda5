"""Diversity of one caption's pictures: none among equal ones, and in the units it says."""

import pytest
import torch
from PIL import Image

from training.evidence.bench import as_tensor
from training.evidence.guidance import SEEDS, diversities, pixel_distance
from training.evidence.scenes import held_out, placed_again
from training.grader.grading import grade


def test_pictures_of_one_caption_are_compared_with_each_other_alone() -> None:
    black, white = Image.new("RGB", (8, 8), (0, 0, 0)), Image.new("RGB", (8, 8), (255, 255, 255))
    alike, mixed = [black] * SEEDS, [white, *[black] * (SEEDS - 1)]
    ways = torch.tensor([[1.0, 0.0]] * SEEDS + [[0.0, 1.0]] + [[1.0, 0.0]] * (SEEDS - 1))
    by_sight, by_pixels = diversities(alike + mixed, ways)
    # One of four differs: in three of the six pairs.
    assert by_sight == pytest.approx([0, 0.5], abs=1e-6)
    assert by_pixels == pytest.approx([0, 0.5], abs=1e-6)


def test_the_pixel_distance_is_a_share_of_the_range() -> None:
    assert pixel_distance(as_tensor([Image.new("L", (4, 4), 0), Image.new("L", (4, 4), 51)])) == pytest.approx(0.2)


def test_pictures_placed_again_show_the_same_elsewhere() -> None:
    asked = held_out(6, 2)
    again = placed_again(asked.descriptions, 1)
    assert all(grade(picture, one).exact for picture, one in zip(again, asked.descriptions, strict=True))
    assert sum(one.tobytes() != two.tobytes() for one, two in zip(again, asked.pictures(), strict=True)) > 3
