"""The densities of Esser et al. 2024, section 3.1, against their closed forms."""

import math

import pytest
import torch

from diffusion.schedules.timestep_density import draw_times


def drawn(density, **more):
    return draw_times(density, 200_000, torch.Generator().manual_seed(0), **more)


def test_logit_normal_times_have_a_normal_logit():
    logits = torch.logit(drawn("logit-normal", mean=0.5, spread=0.8))
    assert logits.mean().item() == pytest.approx(0.5, abs=0.01)
    assert logits.std().item() == pytest.approx(0.8, abs=0.01)


def test_mode_of_height_zero_is_uniform_and_a_higher_one_favours_the_middle():
    def in_the_middle(times):
        return ((times > 0.4) & (times < 0.6)).double().mean().item()

    assert in_the_middle(drawn("mode", spread=0.0)) == pytest.approx(0.2, abs=0.005)
    assert in_the_middle(drawn("mode", spread=1.29)) > 0.3
    with pytest.raises(ValueError, match=r"1\.75"):
        drawn("mode", spread=2.0)


def test_cosmap_times_have_the_density_of_the_paper():
    # π(t) = 2 / (π (1 - 2t + 2t²)), equation 21; its integral to 1/4 is 1/2 - 2/π · arctan(1/2).
    share = (drawn("cosmap") < 0.25).double().mean().item()
    assert share == pytest.approx(0.5 - 2 / math.pi * math.atan(0.5), abs=0.005)


def test_every_time_lies_between_the_picture_and_noise():
    for density in ("uniform", "logit-normal", "mode", "cosmap"):
        times = drawn(density)
        assert 0 <= times.min() < 0.05
        assert 0.95 < times.max() <= 1
