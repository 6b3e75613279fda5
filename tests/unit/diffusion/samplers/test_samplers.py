"""Every solver on a Gaussian, where the way from noise to data is known in closed form."""

import math

import pytest
import torch

from diffusion.processes.flow import FlowProcess
from diffusion.samplers.choice import SolverChoice
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.table import SAMPLERS
from diffusion.schedules.discrete import scaled_linear
from diffusion.schedules.table import sigmas_for

MEAN, DEVIATION = 0.3, 0.5
STOCHASTIC = {
    name
    for name in SAMPLERS
    if ("ancestral" in name or "_sde" in name or name in ("ddpm", "lcm", "seeds_2", "seeds_3", "sa_solver", "restart"))
} | {"sa_solver_pece"}
# A consistency model's sampler is right for a consistency model: with an exact denoiser it lands on the mean.
TO_THE_MEAN = {"lcm"}
DETERMINISTIC = set(SAMPLERS) - STOCHASTIC
# These choose their own levels.
STEPWISE = sorted(set(SAMPLERS) - {"dpm_fast", "dpm_adaptive"})
# Its steps are as long as the whole batch allows.
BATCH_DEPENDENT = {"dpm_adaptive"}
# Alias of another entry: the same function.
ALIASES = {name for name in SAMPLERS if name.endswith("_gpu")}
EACH = sorted(set(SAMPLERS) - ALIASES)


def gaussian(x, sigma):
    """The exact denoiser of data that is normal with MEAN and DEVIATION."""
    return (DEVIATION**2 * x + sigma**2 * MEAN) / (DEVIATION**2 + sigma**2)


def gaussian_flow(x, sigma):
    """The same along a flow."""
    kept = 1 - sigma
    return MEAN + kept * DEVIATION**2 * (x - kept * MEAN) / (kept**2 * DEVIATION**2 + sigma**2)


def run(name, steps, seed=1, batch=1, callback=None, shape=(4, 16, 16), spacing="karras", options=None):
    noise = SeededNoise([seed + index for index in range(batch)], shape)
    sigmas = sigmas_for(spacing, scaled_linear(), steps)
    start = MEAN + noise.draw() * (DEVIATION**2 + sigmas[0].item() ** 2) ** 0.5
    solver = SolverChoice(name, options or {}).solver()
    return start, solver(gaussian, start, sigmas, noise=noise, callback=callback)


@pytest.mark.parametrize("name", sorted(DETERMINISTIC))
def test_a_deterministic_solver_follows_the_probability_flow_to_its_end(name):
    # The weights of these are for even timesteps.
    start, end = run(name, 200, spacing="normal" if name in ("plms", "ipndm") else "karras")
    sigma = scaled_linear().sigma_max
    # Along the flow, the distance from the mean shrinks with the marginal deviation.
    exact = MEAN + (start - MEAN) * DEVIATION / math.sqrt(DEVIATION**2 + sigma**2)
    # The adaptive solver is as close as its tolerance asks.
    torch.testing.assert_close(end, exact, atol=0.06 if name == "dpm_adaptive" else 0.04, rtol=0)


@pytest.mark.parametrize("name", sorted(STOCHASTIC - ALIASES - TO_THE_MEAN))
def test_a_stochastic_solver_ends_in_the_data_distribution(name):
    _, end = run(name, 300, shape=(4, 48, 48))
    assert end.mean().item() == pytest.approx(MEAN, abs=0.02)
    assert end.std().item() == pytest.approx(DEVIATION, abs=0.025)


@pytest.mark.parametrize("name", sorted(set(EACH) - TO_THE_MEAN))
def test_a_solver_reaches_the_data_along_a_flow_too(name):
    process = FlowProcess(3.0)
    sigmas = sigmas_for("simple", process, 250)
    noise = SeededNoise([3], (4, 32, 32))
    start = noise.draw()
    end = SolverChoice(name).solver(straight=True)(gaussian_flow, start, sigmas, noise=noise)
    assert end.mean().item() == pytest.approx(MEAN, abs=0.03)
    assert end.std().item() == pytest.approx(DEVIATION, abs=0.03)
    if name in DETERMINISTIC - {"dpm_fast", "dpm_adaptive"}:
        torch.testing.assert_close(end, MEAN + DEVIATION * start, atol=0.06, rtol=0)


@pytest.mark.parametrize("name", EACH)
def test_the_same_seed_gives_the_same_result_bit_for_bit(name):
    assert torch.equal(run(name, 8)[1], run(name, 8)[1])


@pytest.mark.parametrize("name", sorted(STOCHASTIC - ALIASES - {"restart"}))
def test_a_stochastic_solver_draws_noise_between_steps(name):
    def end(seed):
        sigmas = sigmas_for("karras", scaled_linear(), 8)
        start = torch.ones(1, 1, 2, 2) * sigmas[0]
        return SolverChoice(name).solver()(gaussian, start, sigmas, noise=SeededNoise([seed], (1, 2, 2)))

    assert not torch.allclose(end(0), end(1))


@pytest.mark.parametrize("name", sorted(set(EACH) - BATCH_DEPENDENT))
def test_a_picture_in_a_batch_equals_the_one_made_alone_from_its_seed(name):
    torch.testing.assert_close(run(name, 8, seed=5, batch=3)[1][2], run(name, 8, seed=7)[1][0])


@pytest.mark.parametrize("name", [name for name in STEPWISE if name not in ALIASES])
def test_each_step_is_reported_once_with_its_level(name):
    steps = []
    run(name, 6, callback=steps.append)
    levels = sigmas_for("karras", scaled_linear(), 6)
    assert [step.index for step in steps] == list(range(6))
    assert [step.sigma for step in steps] == levels[:-1].tolist()
    assert {step.total for step in steps} == {6}


@pytest.mark.parametrize("name", EACH)
def test_a_callback_that_raises_ends_the_run(name):
    def stop(step):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run(name, 6, callback=stop)


@pytest.mark.parametrize("name", EACH)
def test_more_steps_than_the_table_has_levels_still_end_well(name):
    sigmas = sigmas_for("simple", scaled_linear(), 1500)[-40:]
    assert (sigmas.diff() == 0).any()
    noise = SeededNoise([0], (1, 4, 4))
    start = MEAN + noise.draw() * (DEVIATION**2 + sigmas[0].item() ** 2) ** 0.5
    end = SolverChoice(name).solver()(gaussian, start, sigmas, noise=noise)
    assert (end - MEAN).abs().max() < 5 * DEVIATION


@pytest.mark.parametrize("name", [name for name in STEPWISE if name not in {*ALIASES, "lms", "plms"}])
def test_a_run_to_level_0_ends_in_what_was_last_denoised(name):
    steps = []
    _, end = run(name, 6, callback=steps.append)
    torch.testing.assert_close(end, steps[-1].denoised)


ORDERS = {
    "euler": 1,
    "ddim": 1,
    "heun": 2,
    "dpm_2": 2,
    "dpmpp_2m": 2,
    "res_multistep": 2,
    "lms": 2,
    "ipndm_v": 2,
    "deis": 2,
    "uni_pc": 2,
    "uni_pc_bh2": 2,
}


@pytest.mark.parametrize(
    ("name", "order", "options"),
    [
        *((name, order, {}) for name, order in ORDERS.items()),
        ("dpmpp_2s_ancestral", 2, {"eta": 0.0}),
        ("dpmpp_sde", 2, {"eta": 0.0}),
        ("dpmpp_2m_sde", 2, {"eta": 0.0}),
        ("dpmpp_3m_sde", 2, {"eta": 0.0}),
        ("seeds_2", 2, {"eta": 0.0}),
        ("seeds_3", 3, {"eta": 0.0}),
        ("sa_solver", 2, {"tau": lambda sigma: 0.0}),
    ],
)
def test_the_error_falls_with_the_steps_as_fast_as_the_order_promises(name, order, options):
    """Halving the steps of a run to a level above 0; multistep methods begin with a first-order step."""
    high, low = 10.0, 0.1
    start = torch.linspace(-20, 20, 64, dtype=torch.float64).reshape(1, 1, 8, 8)
    exact = MEAN + (start - MEAN) * math.sqrt((DEVIATION**2 + low**2) / (DEVIATION**2 + high**2))

    def error(steps):
        sigmas = torch.linspace(math.log(high), math.log(low), steps + 1, dtype=torch.float64).exp()
        solver = SolverChoice(name, options).solver()
        end = solver(gaussian, start, sigmas, noise=lambda *_: torch.zeros_like(start))
        return (end - exact).abs().max().item()

    assert math.log2(error(64) / error(128)) > order - 0.25


def test_an_unknown_name_is_told_with_the_known_ones():
    with pytest.raises(ValueError, match="dpmpp_2m_sde"):
        SolverChoice("best")
