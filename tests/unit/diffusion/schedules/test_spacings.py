"""Golden noise levels: ten steps on Stable Diffusion's table, to four decimals."""

import pytest
import torch

from diffusion.schedules.discrete import scaled_linear
from diffusion.schedules.table import SCHEDULES, sigmas_for

# Computed once with an independent implementation in float32, printed to four decimals.
GOLDEN = {
    "simple": "14.6146 8.3028 5.0878 3.3211 2.2765 1.6129 1.1606 0.8299 0.5693 0.3417 0",
    "normal": "14.6146 7.8399 4.6092 2.9183 1.9502 1.3449 0.9324 0.6250 0.3687 0.0292 0",
    "sgm_uniform": "14.6146 8.3072 5.0924 3.3251 2.2797 1.6156 1.1629 0.8319 0.5712 0.3437 0",
    "ddim_uniform": "8.3907 5.1344 3.3478 2.2929 1.6237 1.1682 0.8357 0.5741 0.3462 0.0413 0",
    "karras": "14.6146 9.1029 5.4784 3.1686 1.7494 0.9141 0.4469 0.2014 0.0819 0.0292 0",
    "exponential": "14.6146 7.3249 3.6712 1.8400 0.9222 0.4622 0.2317 0.1161 0.0582 0.0292 0",
}
TABLE = scaled_linear()


@pytest.mark.parametrize("name", SCHEDULES)
def test_ten_steps_have_the_golden_levels(name):
    golden = torch.tensor([float(value) for value in GOLDEN[name].split()])
    torch.testing.assert_close(sigmas_for(name, TABLE, 10), golden, atol=6e-5, rtol=0)


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
