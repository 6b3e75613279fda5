"""The grader reads the wider world: styles, views and words."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from training.grader.grading import Grade, grade, grade_reading, shares, table
from training.grader.reader import Reading, read_scene
from training.world.render import render_image
from training.world.scene import Description
from training.world.vocabulary import STYLES, VIEWS, WORDS
from training.world.wide import draw_wide

SCENES = draw_wide(100, 21, held_out=True)


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    """What the grader reads in true renders of the scenes."""
    return [read_scene(render_image(scene)) for scene in SCENES]


def test_true_renders_are_accepted(readings: list[Reading]) -> None:
    grades = [grade_reading(read, scene.description) for read, scene in zip(readings, SCENES, strict=True)]
    assert sum(one.exact for one in grades) >= 0.99 * len(grades)


def _other_style(asked: Description) -> Description | None:
    if asked.style == "flat":
        return None  # plain captions ask for no style
    return replace(asked, style=next(one for one in STYLES if one not in ("flat", asked.style)))


def _other_view(asked: Description) -> Description | None:
    return replace(asked, view=next(one for one in VIEWS if one != asked.view)) if asked.view else None


def _no_view(asked: Description) -> Description | None:
    return replace(asked, view=None) if asked.view else None


def _other_word(asked: Description) -> Description | None:
    return replace(asked, word=next(one for one in WORDS if one != asked.word)) if asked.word else None


@pytest.mark.parametrize("wrong", [_other_style, _other_view, _no_view, _other_word])
def test_a_wrong_style_view_or_word_is_told(
    readings: list[Reading], wrong: Callable[[Description], Description | None]
) -> None:
    told = [(read, wrong(scene.description)) for read, scene in zip(readings, SCENES, strict=True)]
    asked = [(read, one) for read, one in told if one is not None]
    accepted = sum(grade_reading(read, one).faithful for read, one in asked)
    assert asked and accepted <= 0.05 * len(asked)


def test_a_word_that_is_missing_is_told() -> None:
    scene = next(one for one in SCENES if one.description.word is not None)
    bare = replace(scene, description=replace(scene.description, word=None))
    answer = grade(render_image(bare), scene.description)
    assert answer.text is False and all(answer.objects) and not answer.faithful


def test_soft_and_noisy_pictures_are_still_read() -> None:
    rng = np.random.default_rng(3)
    grades: list[Grade] = []
    for scene in SCENES[:40]:
        picture = render_image(scene).resize((112, 112), Image.Resampling.BICUBIC).resize((128, 128))
        pixels = np.asarray(picture, dtype=np.float32) + rng.normal(0, 3, (128, 128, 3))
        grades.append(grade(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), scene.description))
    found = shares(grades)
    assert found["objects"].right >= 0.97 * found["objects"].asked
    assert found["text"].right == found["text"].asked
    assert found["background"].right == found["background"].asked


def test_the_table_has_style_and_text_where_they_were_asked() -> None:
    scene = next(one for one in SCENES if one.description.style != "flat")
    assert "| style |" in table([grade(render_image(scene), scene.description)])
    plain = "a red circle on a white background"
    assert "| style |" not in table([grade(Image.new("RGB", (128, 128), "white"), plain)])


def test_an_empty_picture_has_no_word() -> None:
    assert read_scene(Image.new("RGB", (128, 128), "white")).word is None
