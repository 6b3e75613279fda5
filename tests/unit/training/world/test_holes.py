"""Holes in pictures, as people paint them."""

import random

import numpy as np

from training.world.holes import draw_hole, hole_over
from training.world.pool import draw_scenes
from training.world.vocabulary import PICTURE_SIZE, SIZES


def test_a_hole_over_a_thing_covers_its_box() -> None:
    rng = random.Random(3)
    for scene in draw_scenes(40, 3, held_out=False):
        for item in scene.items:
            half = SIZES[item.thing.size] // 2
            rows, columns = slice(item.y - half, item.y + half), slice(item.x - half, item.x + half)
            covered = hole_over(item, rng)[rows, columns].mean()
            assert covered > 0.93, (item, covered)


def test_holes_are_of_many_kinds_and_follow_the_seed() -> None:
    scenes = draw_scenes(120, 4, held_out=False)

    def drawn() -> list[np.ndarray]:
        rng = random.Random(4)
        return [draw_hole(scene, rng) for scene in scenes]

    holes = drawn()
    assert all(hole.shape == (PICTURE_SIZE, PICTURE_SIZE) and hole.dtype == bool for hole in holes)
    sizes = sorted(hole.mean() for hole in holes)
    assert 0 < sizes[0] < 0.08
    assert sizes[-1] > 0.5
    assert all((one == other).all() for one, other in zip(holes, drawn(), strict=True))
