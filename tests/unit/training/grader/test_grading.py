"""The grader accepts true pictures and refuses wrong captions."""

import random

import pytest
from PIL import Image, ImageFilter

from training.grader.grading import Share, grade, grade_reading, shares, table
from training.grader.reader import read_scene
from training.world.pool import draw_scenes
from training.world.render import render_image
from training.world.twins import hard_twins


def test_at_least_99_percent_of_true_pictures_are_accepted_and_at_most_5_percent_of_wrong_captions() -> None:
    rng = random.Random(0)
    accepted = wrong = wrongly_accepted = 0
    drawn = draw_scenes(300, 21, held_out=True)
    for scene in drawn:
        reading = read_scene(render_image(scene))
        accepted += grade_reading(reading, scene.description).exact
        for twin in hard_twins(scene.description, rng, 12):
            wrong += 1
            wrongly_accepted += grade_reading(reading, twin).exact
    assert accepted / len(drawn) >= 0.99
    assert wrong > 1000 and wrongly_accepted / wrong <= 0.05


def test_slightly_soft_pictures_are_still_read() -> None:
    drawn = draw_scenes(100, 22, held_out=True)
    soft = [render_image(scene).filter(ImageFilter.GaussianBlur(0.8)) for scene in drawn]
    grades = [grade(picture, scene.description) for picture, scene in zip(soft, drawn, strict=True)]
    assert shares(grades)["all but size"].right >= 95


@pytest.mark.parametrize(
    ("caption", "wrong"),
    [
        ("a red circle above a blue square on a white background", "a blue circle above a red square"),
        ("a red circle above a blue square on a white background", "a red circle below a blue square"),
        ("two red stars on a black background", "three red stars on a black background"),
    ],
)
def test_a_picture_of_one_caption_is_no_picture_of_its_twin(caption: str, wrong: str) -> None:
    from training.world.captions import parse_caption
    from training.world.scene import place

    picture = render_image(place(parse_caption(caption), random.Random(3)))
    assert grade(picture, caption).exact
    assert not grade(picture, wrong).faithful


def test_an_empty_picture_shows_nothing_that_was_asked() -> None:
    answer = grade(Image.new("RGB", (128, 128), "white"), "a red circle on a white background")
    assert answer.background and not answer.count and not any(answer.objects)


def test_a_picture_of_another_size_is_brought_to_the_worlds_size() -> None:
    scene = draw_scenes(1, 23, held_out=True)[0]
    assert grade(render_image(scene).resize((256, 256)), scene.description).faithful


def test_wilsons_interval_of_nine_in_ten() -> None:
    # Reference: Wilson (1927), 90 of 100: 0.8256 to 0.9448.
    low, high = Share(90, 100).interval()
    assert low == pytest.approx(0.8256, abs=5e-4) and high == pytest.approx(0.9448, abs=5e-4)


def test_the_table_has_a_line_for_every_category() -> None:
    scene = draw_scenes(1, 24, held_out=True)[0]
    text = table([grade(render_image(scene), scene.description)])
    assert all(name in text for name in ("objects", "colours", "positions", "background", "100.0 %"))
