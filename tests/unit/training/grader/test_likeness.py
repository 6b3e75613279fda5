"""CLIP's view of a set: true pictures score best, and a set of other things is farther from the world."""

import pytest
from PIL import Image

from training.evidence.scenes import held_out
from training.grader.likeness import likeness


def test_true_pictures_fit_better_and_lie_nearer_than_those_of_other_captions_and_than_grey() -> None:
    asked, other = held_out(40, 11), held_out(40, 12)
    right = likeness(asked.pictures(), asked.descriptions, seed=1)
    wrong = likeness(other.pictures(), asked.descriptions, seed=1)
    grey = likeness([Image.new("RGB", (256, 256), (128, 128, 128))] * 40, asked.descriptions, seed=1)
    assert right.score > wrong.score
    assert right.score == pytest.approx(right.true_score, abs=0.05)
    assert grey.kernel > 4 * max(right.kernel, 0.01)
    assert grey.frechet > 2 * right.frechet
    assert "true pictures" in right.lines()


def test_one_picture_is_no_set() -> None:
    asked = held_out(1, 1)
    with pytest.raises(ValueError, match="at least two"):
        likeness(asked.pictures(), asked.descriptions, seed=1)
