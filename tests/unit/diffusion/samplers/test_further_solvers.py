"""Solvers that are not offered by name yet, on a Gaussian, where the way from noise to data is known."""

import math
from functools import partial

import pytest
import torch

from diffusion.samplers.dpm_2 import dpm_2, dpm_2_ancestral
from diffusion.samplers.dpm_adaptive import Tolerance, dpm_adaptive
from diffusion.samplers.dpm_fast import dpm_fast, step_orders
from diffusion.samplers.dpmpp_2s_ancestral import dpmpp_2s_ancestral
from diffusion.samplers.dpmpp_3m_sde import dpmpp_3m_sde
from diffusion.samplers.dpmpp_sde import dpmpp_sde
from diffusion.samplers.lms import lms, multistep_weights
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.plms import plms
from diffusion.schedules.discrete import scaled_linear
from diffusion.schedules.table import sigmas_for

MEAN, DEVIATION = 0.3, 0.5
CLOSE = Tolerance(relative=0.002, absolute=0.0005)
DETERMINISTIC = {
    "dpm_2": dpm_2,
    "dpm_fast": dpm_fast,
    "dpm_adaptive": partial(dpm_adaptive, tolerance=CLOSE),
    "lms": lms,
    "plms": plms,
}
STOCHASTIC = {
    "dpm_2_ancestral": dpm_2_ancestral,
    "dpmpp_2s_ancestral": dpmpp_2s_ancestral,
    "dpmpp_sde": dpmpp_sde,
    "dpmpp_3m_sde": dpmpp_3m_sde,
}
SOLVERS = DETERMINISTIC | STOCHASTIC
# These choose their own levels.
STEPWISE = sorted(set(SOLVERS) - {"dpm_fast", "dpm_adaptive"})


def gaussian(x, sigma):
    """The exact denoiser of data that is normal with MEAN and DEVIATION."""
    return (DEVIATION**2 * x + sigma**2 * MEAN) / (DEVIATION**2 + sigma**2)


def run(name, steps, seed=1, callback=None, shape=(4, 16, 16), spacing="karras"):
    noise = SeededNoise([seed], shape)
    sigmas = sigmas_for(spacing, scaled_linear(), steps)
    start = MEAN + noise.draw() * (DEVIATION**2 + sigmas[0].item() ** 2) ** 0.5
    return start, SOLVERS[name](gaussian, start, sigmas, noise=noise, callback=callback)


@pytest.mark.parametrize("name", sorted(DETERMINISTIC))
def test_a_deterministic_solver_follows_the_probability_flow_to_its_end(name):
    start, end = run(name, 200, spacing="normal" if name == "plms" else "karras")
    sigma = scaled_linear().sigma_max
    exact = MEAN + (start - MEAN) * DEVIATION / math.sqrt(DEVIATION**2 + sigma**2)
    torch.testing.assert_close(end, exact, atol=0.03, rtol=0)


@pytest.mark.parametrize("name", sorted(STOCHASTIC))
def test_a_stochastic_solver_ends_in_the_data_distribution(name):
    _, end = run(name, 400, shape=(4, 64, 64))
    assert end.mean().item() == pytest.approx(MEAN, abs=0.02)
    assert end.std().item() == pytest.approx(DEVIATION, abs=0.02)


@pytest.mark.parametrize("name", sorted(SOLVERS))
def test_the_same_seed_gives_the_same_result_bit_for_bit(name):
    assert torch.equal(run(name, 8)[1], run(name, 8)[1])


@pytest.mark.parametrize("name", STEPWISE)
def test_each_step_is_reported_once_with_its_level(name):
    steps = []
    run(name, 6, callback=steps.append)
    assert [step.index for step in steps] == list(range(6))
    assert [step.sigma for step in steps] == sigmas_for("karras", scaled_linear(), 6)[:-1].tolist()


@pytest.mark.parametrize("name", sorted(SOLVERS))
def test_a_callback_that_raises_ends_the_run(name):
    def stop(step):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run(name, 6, callback=stop)


@pytest.mark.parametrize("name", sorted(SOLVERS))
def test_more_steps_than_the_table_has_levels_still_end_well(name):
    sigmas = sigmas_for("simple", scaled_linear(), 1500)[-40:]
    assert (sigmas.diff() == 0).any()
    noise = SeededNoise([0], (1, 4, 4))
    start = MEAN + noise.draw() * (DEVIATION**2 + sigmas[0].item() ** 2) ** 0.5
    end = SOLVERS[name](gaussian, start, sigmas, noise=noise)
    assert (end - MEAN).abs().max() < 5 * DEVIATION


def test_a_repeated_level_changes_nothing_for_the_multistep_solver():
    sigmas = sigmas_for("karras", scaled_linear(), 8)
    noise = SeededNoise([0], (1, 4, 4))
    start = noise.draw() * sigmas[0]
    repeated = torch.cat([sigmas[:4], sigmas[3:]])
    torch.testing.assert_close(lms(gaussian, start, repeated, noise=noise), lms(gaussian, start, sigmas, noise=noise))


@pytest.mark.parametrize("calls", range(1, 13))
def test_the_fast_solver_makes_exactly_the_calls_it_is_given(calls):
    assert sum(step_orders(calls)) == calls
    assert all(1 <= order <= 3 for order in step_orders(calls))


def test_a_closer_tolerance_makes_the_adaptive_solver_take_more_steps():
    def steps(tolerance):
        calls = []
        sigmas = sigmas_for("karras", scaled_linear(), 10)
        start = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0)) * sigmas[0]
        dpm_adaptive(
            lambda x, sigma: calls.append(sigma) or gaussian(x, sigma),
            start,
            sigmas,
            noise=SeededNoise([0], (4, 8, 8)),
            tolerance=tolerance,
        )
        return len(calls)

    assert steps(Tolerance(relative=0.001, absolute=0.0001)) > steps(Tolerance())


def test_multistep_weights_integrate_a_cubic_exactly():
    past, start, end = [9.0, 6.0, 4.0, 2.5], 2.5, 1.0
    weights = multistep_weights(past, start, end)
    integral = (end**4 - start**4) / 4
    assert sum(weight * level**3 for weight, level in zip(weights, past, strict=True)) == pytest.approx(integral)
