"""The world is painted at any size, whole or in part, and the grader reads it there."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from training.grader.grading import grade
from training.world.pool import draw_scenes, render_all
from training.world.render import Crop, render, render_image


def test_the_usual_size_is_painted_as_it_always_was() -> None:
    # Reference: the pixels that the first shipped starter was trained on.
    digest = hashlib.sha256()
    for scene in draw_scenes(200, 3, held_out=True):
        digest.update(render(scene).tobytes())
    assert digest.hexdigest() == "ace04471deadab95057288fb19b166c203160a92bbe485c8f04503ad023adf47"


@pytest.mark.parametrize("size", [64, 100, 256, 1024])
def test_the_grader_reads_true_pictures_of_any_size(size: int) -> None:
    scenes = draw_scenes(8, 3, held_out=True)
    assert all(grade(render_image(scene, size), scene.description).exact for scene in scenes)


def test_a_large_picture_is_crisp_and_a_small_one_is_the_mean_of_what_it_covers() -> None:
    scene = draw_scenes(1, 4, held_out=False)[0]
    large, usual, small = render(scene, 1024), render(scene), render(scene, 64)
    shrunk = np.asarray(Image.fromarray(large).resize((128, 128), Image.Resampling.BOX), dtype=int)
    assert np.abs(shrunk - usual).mean() < 1.0
    means = usual.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.abs(means - small).max() <= 1.0
    # Edges of a crisp picture take a pixel or two: few pixels lie between two colours.
    palette = {tuple(pixel) for pixel in usual.reshape(-1, 3).tolist()}
    between = sum(tuple(pixel) not in palette for pixel in large[::8, ::8].reshape(-1, 3).tolist())
    assert between < 0.01 * 128 * 128


def test_a_part_is_painted_as_it_is_in_the_whole() -> None:
    for scene in draw_scenes(5, 5, held_out=False):
        part = Crop(300, 412, 256, 192)
        assert np.array_equal(render(scene, 1024, part), render(scene, 1024)[412:604, 300:556])


def test_parts_of_a_size_between_are_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="multiples of 128"):
        render(draw_scenes(1, 5, held_out=False)[0], 64, Crop(0, 0, 8, 8))


def test_many_scenes_are_painted_at_one_size() -> None:
    assert render_all(draw_scenes(2, 1, held_out=False), 64).shape == (2, 3, 64, 64)
