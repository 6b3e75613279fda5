"""Holes cover what changes and nothing that stays, and what stayed is told from what did not."""

import pytest
import torch

from training.evidence.bench import as_tensor
from training.evidence.inpainting import Painters, outside, same_latents, seams, task_of
from training.evidence.scenes import held_out


def test_a_hole_hides_all_that_changes() -> None:
    task = task_of(held_out(24, 7), 7)
    before, after = as_tensor(task.before.pictures()), as_tensor(task.after.pictures())
    changed = (before != after).any(dim=-1)
    assert changed.flatten(1).any(dim=1).all()
    assert not changed[task.masks == 0].any()
    assert 0 < task.holes.mean() < 0.6


def test_what_lies_outside_a_hole_is_compared_there_alone() -> None:
    first = torch.full((1, 16, 16, 3), 0.5)
    masks = torch.zeros(1, 16, 16)
    masks[:, :8] = 1
    inside, off = first.clone(), first + 0.1
    inside[:, :8] = 0
    assert outside(inside, first, masks) == [100]
    assert outside(off, first, masks) == pytest.approx([20], abs=1e-3)


def test_a_seam_is_the_step_across_the_border_of_the_hole() -> None:
    picture, masks = torch.zeros(1, 16, 16, 3), torch.zeros(1, 16, 16)
    masks[:, 4:12, 4:12] = 1
    assert seams(picture, masks) == [0]
    assert seams(picture + 0.2 * masks[..., None], masks) == pytest.approx([51])


def test_one_changed_value_outside_the_hole_is_found() -> None:
    given, holes = torch.zeros(2, 4, 16, 16), torch.zeros(2, 1, 16, 16)
    holes[:, :, :8] = 1
    made = given.clone()
    made[0, :, :8] = 1
    made[1, 2, 9, 9] = 1e-7
    assert same_latents(made, given, holes) == "1 of 2"


def test_the_starter_paints_a_hole_and_leaves_the_rest_bit_for_bit() -> None:
    bench, task = Painters(), task_of(held_out(1, 7), 7)
    made, given = bench.masked(task, [3]), bench.encoded(task.before.pictures())
    assert same_latents(made, given, task.holes) == "1 of 1"
    assert not torch.equal(made, given)
