"""What is particular to single solvers."""

import math

import pytest
import torch
from diffusers import UniPCMultistepScheduler

from diffusion.denoiser import Guided
from diffusion.samplers.brownian import BrownianNoise
from diffusion.samplers.choice import SolverChoice
from diffusion.samplers.dpm_adaptive import Tolerance, dpm_adaptive
from diffusion.samplers.dpm_fast import step_orders
from diffusion.samplers.lms import lms, multistep_weights
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.restart import Interval, restart
from diffusion.samplers.sa_solver import adams_weights
from diffusion.schedules.discrete import scaled_linear
from diffusion.schedules.table import sigmas_for

MEAN, DEVIATION = 0.3, 0.5


def gaussian(x, sigma):
    """The exact denoiser of data that is normal with MEAN and DEVIATION."""
    return (DEVIATION**2 * x + sigma**2 * MEAN) / (DEVIATION**2 + sigma**2)


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


def test_adams_weights_integrate_a_quadratic_against_the_exponential():
    places, length, rate = [0.0, -0.4, -0.9], 0.5, 2.0
    weights = adams_weights(places, length, rate)
    points = torch.linspace(0, length, 200_001, dtype=torch.float64)
    exact = torch.trapezoid(rate * torch.exp(-rate * (length - points)) * (1 + points + points**2), points).item()
    assert sum(w * (1 + u + u**2) for w, u in zip(weights, places, strict=True)) == pytest.approx(exact, rel=1e-8)


def variance_preserving(scheduler, steps):
    """Walk with a scheduler of diffusers on the Gaussian; returns the start and the end in our view, and the levels."""
    scheduler.set_timesteps(steps)
    levels = scheduler.sigmas.double()
    start = torch.randn(1, 1, 8, 8, generator=torch.Generator().manual_seed(0)) * levels[0]
    x = (start / (1 + levels[0] ** 2) ** 0.5).double()
    for index, timestep in enumerate(scheduler.timesteps):
        sigma = levels[index].item()
        exploded = x * (1 + sigma**2) ** 0.5
        noise = (exploded - gaussian(exploded, sigma)) / sigma
        x = scheduler.step(noise, timestep, x).prev_sample
    return start.double(), x, levels


STABLE_DIFFUSION = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


@pytest.mark.parametrize("variant", ["bh1", "bh2"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_unipc_is_that_of_diffusers(variant):
    # With a last level of 0 theirs makes not-a-numbers of "bh1".
    scheduler = UniPCMultistepScheduler(
        **STABLE_DIFFUSION,
        solver_order=3,
        solver_type=variant,
        final_sigmas_type="sigma_min",
        timestep_spacing="trailing",
    )
    start, theirs, levels = variance_preserving(scheduler, 8)
    name = "uni_pc" if variant == "bh1" else "uni_pc_bh2"
    ours = SolverChoice(name).solver()(gaussian, start, levels, noise=lambda *_: torch.zeros(()))
    # Theirs is in the variance-preserving view; seen: 3e-7.
    torch.testing.assert_close(ours / (1 + levels[-1] ** 2) ** 0.5, theirs, atol=5e-6, rtol=0)


def draws(seed=0, count=4096):
    generator = torch.Generator().manual_seed(seed)
    return lambda: torch.randn(count, generator=generator, dtype=torch.float64)


def test_ways_that_overlap_share_a_brownian_path():
    path = BrownianNoise(draws())
    whole = path(9.0, 1.0) * 8**0.5
    parts = path(9.0, 4.0) * 5**0.5 + path(4.0, 1.0) * 3**0.5
    torch.testing.assert_close(whole, parts)


def test_brownian_noise_is_standard_normal_and_independent_where_ways_do_not_overlap():
    path = BrownianNoise(draws())
    inner, outer = path(9.0, 4.0), path(4.0, 1.0)
    assert inner.std().item() == pytest.approx(1, abs=0.05)
    assert outer.std().item() == pytest.approx(1, abs=0.05)
    assert (inner * outer).mean().abs().item() < 0.05


def test_the_share_that_two_ways_have_in_common_is_their_correlation():
    path = BrownianNoise(draws())
    part, whole = path(9.0, 7.0), path(9.0, 1.0)
    assert (part * whole).mean().item() == pytest.approx((2 / 8) ** 0.5, abs=0.05)


class Both:
    """A guided denoiser whose negative prediction is known."""

    def __call__(self, x, sigma):
        return gaussian(x, sigma) + 0.2

    def with_negative(self, x, sigma):
        return Guided(self(x, sigma), gaussian(x, sigma))


def test_a_step_of_cfg_pp_is_noised_again_with_the_negative_prediction():
    x = torch.full((1, 1, 1, 1), 4.0)
    end = SolverChoice("euler_cfg_pp").solver()(Both(), x, torch.tensor([5.0, 2.0]), noise=lambda *_: x)
    expected = gaussian(x, 5.0) + 0.2 + (x - gaussian(x, 5.0)) / 5.0 * 2.0
    torch.testing.assert_close(end, expected)


@pytest.mark.parametrize("name", ["euler", "dpmpp_2m", "res_multistep", "gradient_estimation"])
def test_without_guidance_cfg_pp_is_its_plain_solver(name):
    sigmas = sigmas_for("karras", scaled_linear(), 8)
    start = torch.linspace(-1, 1, 16).reshape(1, 1, 4, 4) * sigmas[0]
    noise = lambda *_: torch.zeros_like(start)  # noqa: E731
    plain = SolverChoice(name).solver()(gaussian, start, sigmas, noise=noise)
    plus = SolverChoice(f"{name}_cfg_pp").solver()(gaussian, start, sigmas, noise=noise)
    torch.testing.assert_close(plus, plain, atol=1e-5, rtol=1e-4)


def test_a_restart_walks_its_interval_again_and_counts_all_steps():
    steps = []
    sigmas = sigmas_for("karras", scaled_linear(), 10)
    noise = SeededNoise([0], (1, 4, 4))
    restart(
        gaussian,
        noise.draw() * sigmas[0],
        sigmas,
        noise=noise,
        callback=steps.append,
        intervals=[Interval(0.1, 2.0, 3, 2)],
    )
    assert len(steps) == 10 + 2 * 2
    assert [step.index for step in steps] == list(range(14))
    assert sum(math.isclose(step.sigma, 2.0, rel_tol=1e-5) for step in steps) == 2
