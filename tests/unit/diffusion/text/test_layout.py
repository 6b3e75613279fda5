"""Boxes as tokens."""

import pytest

from diffusion.text.layout import TOKENS, Box, corner_of_token, corner_token, layout_tokens


def test_a_layout_has_three_tokens_a_box_fillers_and_the_corners_of_the_picture():
    tokens = layout_tokens([Box(5, 0.0, 0.5, 1.0, 0.5)])
    assert len(tokens) == TOKENS == 92
    assert tokens[:3] == [5, corner_token(0, 0.5), corner_token(1, 1)]
    assert set(tokens[3:90]) == {8191}
    assert tokens[90:] == [0, 8099]  # 90 × 90 cells: the last one is 8099


def test_a_corner_survives_the_grid_to_half_a_cell():
    x, y = corner_of_token(corner_token(0.3, 0.7))
    assert x == pytest.approx(0.3, abs=0.5 / 89)
    assert y == pytest.approx(0.7, abs=0.5 / 89)


def test_corners_count_row_by_row():
    assert corner_token(1, 1 / 3, vocabulary=16) == 7


def test_a_box_that_leaves_the_picture_is_refused():
    with pytest.raises(ValueError, match="Box 1 leaves the picture"):
        layout_tokens([Box(0, 0.5, 0, 0.6, 1)])


def test_too_many_boxes_are_refused_with_the_limit():
    with pytest.raises(ValueError, match="room for 30"):
        layout_tokens([Box(0, 0, 0, 1, 1)] * 31)
