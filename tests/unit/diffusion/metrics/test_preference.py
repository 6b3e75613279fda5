import pytest

from diffusion.metrics.preference import preference, sides


def test_the_interval_of_eight_in_ten_is_wilsons():
    # Reference: statsmodels' proportion_confint(8, 10, method="wilson") = 0.4902, 0.9433.
    found = preference([True] * 8 + [False] * 2)
    assert found.share == pytest.approx(0.8)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_all_votes_for_one_do_not_make_it_certain():
    found = preference([True] * 5)
    assert found.high == pytest.approx(1)
    assert found.low < 0.6


def test_no_votes_are_no_preference():
    with pytest.raises(ValueError, match="L or R"):
        preference([])


def test_sides_come_from_the_seed_and_are_about_even():
    assert sides(50, 3) == sides(50, 3) != sides(50, 4)
    assert 400 < sum(sides(1000, 0)) < 600
    assert sides(1000, 0)[:50] == sides(50, 0)
