"""Solvers on a Gaussian, where the way from noise to data is known in closed form."""

import math

import pytest
import torch

from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.table import SAMPLERS
from diffusion.schedules.discrete import scaled_linear
from diffusion.schedules.table import sigmas_for

MEAN, DEVIATION = 0.3, 0.5
STOCHASTIC = {"euler_ancestral", "dpmpp_2m_sde"}


def gaussian(x, sigma):
    """The exact denoiser of data that is normal with MEAN and DEVIATION."""
    return (DEVIATION**2 * x + sigma**2 * MEAN) / (DEVIATION**2 + sigma**2)


def run(name, steps, seed=1, batch=1, callback=None, shape=(4, 16, 16)):
    noise = SeededNoise([seed + index for index in range(batch)], shape)
    sigmas = sigmas_for("karras", scaled_linear(), steps)
    start = MEAN + noise.draw() * (DEVIATION**2 + sigmas[0].item() ** 2) ** 0.5
    return start, SAMPLERS[name](gaussian, start, sigmas, noise=noise, callback=callback)


@pytest.mark.parametrize("name", sorted(set(SAMPLERS) - STOCHASTIC))
def test_a_deterministic_solver_follows_the_probability_flow_to_its_end(name):
    start, end = run(name, 200)
    sigma = scaled_linear().sigma_max
    # Along the flow, the distance from the mean shrinks with the marginal deviation.
    exact = MEAN + (start - MEAN) * DEVIATION / math.sqrt(DEVIATION**2 + sigma**2)
    torch.testing.assert_close(end, exact, atol=0.03, rtol=0)


@pytest.mark.parametrize("name", sorted(STOCHASTIC))
def test_a_stochastic_solver_ends_in_the_data_distribution(name):
    _, end = run(name, 400, shape=(4, 64, 64))
    assert end.mean().item() == pytest.approx(MEAN, abs=0.02)
    assert end.std().item() == pytest.approx(DEVIATION, abs=0.02)


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_same_seed_gives_the_same_result_bit_for_bit(name):
    assert torch.equal(run(name, 8)[1], run(name, 8)[1])


@pytest.mark.parametrize("name", SAMPLERS)
def test_another_seed_gives_another_result(name):
    assert not torch.allclose(run(name, 8, seed=1)[1], run(name, 8, seed=2)[1])


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_picture_in_a_batch_equals_the_one_made_alone_from_its_seed(name):
    torch.testing.assert_close(run(name, 8, seed=5, batch=3)[1][2], run(name, 8, seed=7)[1][0])


@pytest.mark.parametrize("name", SAMPLERS)
def test_each_step_is_reported_once_with_its_level(name):
    steps = []
    run(name, 6, callback=steps.append)
    levels = sigmas_for("karras", scaled_linear(), 6)
    assert [step.index for step in steps] == list(range(6))
    assert [step.sigma for step in steps] == levels[:-1].tolist()
    assert {step.total for step in steps} == {6}


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_callback_that_raises_ends_the_run(name):
    def stop(step):
        if step.index == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run(name, 6, callback=stop)


@pytest.mark.parametrize("name", SAMPLERS)
def test_more_steps_than_the_table_has_levels_still_end_well(name):
    sigmas = sigmas_for("simple", scaled_linear(), 1500)[-40:]
    assert (sigmas.diff() == 0).any()
    noise = SeededNoise([0], (1, 4, 4))
    assert torch.isfinite(SAMPLERS[name](gaussian, noise.draw(), sigmas, noise=noise)).all()
