"""Tasks of filling a hole, and what counts as filled."""

import numpy as np
from PIL import Image

from training.grade_filling import same_outside, table, with_hole
from training.grader.filling import held_out_fillings, judge
from training.world.captions import parse_caption
from training.world.render import render_image
from training.world.split import is_held_out

ASKED = held_out_fillings(40, 9)


def test_every_task_asks_for_a_held_out_combination_in_words_of_the_grammar() -> None:
    assert all(is_held_out(one.after.description) for one in ASKED)
    assert all(parse_caption(one.caption) == one.after.description for one in ASKED)


def test_the_true_picture_fills_every_hole() -> None:
    assert all(judge(render_image(one.after), one).right for one in ASKED)


def test_what_was_there_before_does_not_fill_the_hole_that_asks_for_another_thing() -> None:
    changed = [one for one in ASKED if one.after is not one.before]
    assert len(changed) > 20
    assert not any(judge(render_image(one.before), one).right for one in changed)


def test_an_empty_hole_is_not_filled() -> None:
    for one in ASKED[:10]:
        pixels = np.asarray(render_image(one.before)).copy()
        pixels[one.hole] = pixels[0, 0]
        assert not judge(Image.fromarray(pixels), one).right


def test_a_pixel_that_changed_outside_the_hole_is_noticed() -> None:
    one = ASKED[0]
    pixels = np.asarray(render_image(one.before)).copy()
    pixels[one.hole] = 7
    assert same_outside(Image.fromarray(pixels), one)
    row, column = np.argwhere(~one.hole)[0]
    pixels[row, column] ^= 1
    assert not same_outside(Image.fromarray(pixels), one)


def test_the_loaded_picture_is_transparent_where_it_shall_be_painted() -> None:
    alpha = np.asarray(with_hole(ASKED[0]))[..., 3]
    assert ((alpha == 0) == ASKED[0].hole).all()


def test_the_table_counts_pictures() -> None:
    pictures = [render_image(one.after) for one in ASKED]
    lines = table(ASKED, pictures, [judge(picture, one) for picture, one in zip(pictures, ASKED, strict=True)])
    assert "| in the hole: object and colour | 40 | 40 | 100.0 % |" in lines
