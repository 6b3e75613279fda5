"""Noise levels of Stable Diffusion's table; the spacings' reference values are in test_golden.py."""

import pytest
import torch

from diffusion.schedules.discrete import scaled_linear
from diffusion.schedules.table import SCHEDULES, sigmas_for

TABLE = scaled_linear()


def test_the_table_runs_between_the_published_levels():
    assert TABLE.sigma_min == pytest.approx(0.029167, abs=1e-6)
    assert TABLE.sigma_max == pytest.approx(14.6146, abs=1e-4)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 7, 50])
def test_levels_fall_strictly_to_zero(name, steps):
    levels = sigmas_for(name, TABLE, steps)
    assert levels[-1] == 0
    assert (levels.diff() < 0).all()


def test_a_level_and_its_timestep_belong_together():
    for timestep in (0, 1, 500, 998, 999):
        sigma = TABLE.sigmas[timestep].item()
        assert TABLE.nearest_timestep(sigma) == timestep
        assert TABLE.timestep(sigma) == pytest.approx(timestep, abs=2e-3)
        assert TABLE.sigma(timestep).item() == pytest.approx(sigma, rel=1e-6)


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "ddim_uniform"])
def test_half_the_strength_keeps_the_end_of_a_run_twice_as_long(name):
    torch.testing.assert_close(sigmas_for(name, TABLE, 10, denoise=0.5), sigmas_for(name, TABLE, 20)[10:])


def test_no_strength_means_no_steps():
    assert len(sigmas_for("normal", TABLE, 10, denoise=0.0)) == 0


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="karras"):
        sigmas_for("carrots", TABLE, 10)
