import pytest
import torch

from diffusion.image.grid import GridLook, grid, side_by_side


def test_pictures_lie_row_by_row_with_gaps_between_them() -> None:
    pictures = torch.stack([torch.full((4, 6, 3), value) for value in (0.0, 0.2, 0.4)])
    sheet = grid(pictures, 2, look=GridLook(gap=2))[0]
    assert sheet.shape == (14, 18, 3)
    assert sheet[2, 2, 0] == 0
    assert sheet[2, 10, 0] == pytest.approx(0.2, abs=0.01)
    assert sheet[8, 2, 0] == pytest.approx(0.4, abs=0.01)
    assert sheet[8, 10].min() > 0.9


def test_words_take_room_at_the_edges_and_are_cut_to_it() -> None:
    pictures = torch.zeros(2, 40, 40, 3)
    bare = grid(pictures, 2)
    worded = grid(pictures, 2, column_words=["a", "a word that is far too long for its column"], row_words=["one"])
    assert worded.shape[1] > bare.shape[1]
    assert worded.shape[2] > bare.shape[2]


def test_a_shorter_batch_repeats_its_last_beside_the_longer_one() -> None:
    assert side_by_side(torch.zeros(1, 2, 2, 3), torch.ones(3, 2, 2, 3)).shape == (3, 2, 4, 3)
