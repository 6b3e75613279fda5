"""Noise processes: the way between levels and timesteps, and from an output to a clean picture."""

import pytest
import torch

from diffusion.checkpoints.record import PIXELS, ModelRecord, NoiseFacts
from diffusion.processes.discrete import DiscreteProcess
from diffusion.processes.distilled import DistilledProcess
from diffusion.processes.edm import EdmProcess
from diffusion.processes.flow import FlowProcess
from diffusion.processes.process import start
from diffusion.processes.table import process_for
from diffusion.schedules.discrete import scaled_linear

GENERATOR = torch.Generator().manual_seed(0)
CLEAN, NOISE = (torch.randn(1, 4, 4, 4, generator=GENERATOR) for _ in range(2))


def record(prediction, noise):
    return ModelRecord("sd1", "", prediction, noise, PIXELS, (64, 64))


def exact_output(prediction, sigma, deviation=1.0):
    """What a perfect network answers for x = clean + σ·noise."""
    power = (sigma**2 + deviation**2) ** 0.5
    if prediction == "eps":
        return NOISE
    if prediction == "x0":
        return CLEAN
    if prediction == "v":
        return (deviation**2 * NOISE - sigma * CLEAN) / (power * deviation)
    return (sigma * CLEAN - deviation**2 * NOISE) / (power * deviation)


@pytest.mark.parametrize("prediction", ["eps", "v", "x0"])
def test_every_prediction_of_a_table_gives_the_clean_picture_back(prediction):
    process = DiscreteProcess(scaled_linear(), prediction)
    x = process.noisy(CLEAN, NOISE, 2.5)
    torch.testing.assert_close(process.denoised(x, exact_output(prediction, 2.5), 2.5), CLEAN, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("prediction", "deviation"), [("edm", 0.5), ("v", 1.0), ("eps", 1.0)])
def test_every_prediction_on_continuous_levels_gives_the_clean_picture_back(prediction, deviation):
    process = EdmProcess(prediction, 0.002, 80.0, deviation)
    x = process.noisy(CLEAN, NOISE, 2.5)
    output = exact_output(prediction, 2.5, deviation)
    torch.testing.assert_close(process.denoised(x, output, 2.5), CLEAN, atol=1e-5, rtol=1e-5)


def test_one_euler_step_on_an_exact_flow_recovers_the_picture():
    process = FlowProcess(3.0)
    x = process.noisy(CLEAN, NOISE, 1.0)
    assert torch.equal(x, NOISE)
    torch.testing.assert_close(process.denoised(x, NOISE - CLEAN, 1.0), CLEAN)


def test_a_flow_left_half_done_goes_on_where_it_was():
    process = FlowProcess(3.0)
    x = process.noisy(CLEAN, NOISE, 0.4)
    left = process.settled(x, 0.4)
    torch.testing.assert_close(start(process, left, torch.zeros_like(NOISE), 0.4), x)


def test_a_networks_time_is_the_nearest_whole_timestep():
    process = DiscreteProcess(scaled_linear())
    assert process.timestep(process.sigma_max) == 999
    assert process.timestep(float(process.sigmas[499]) * 1.0001) == 499


@pytest.mark.parametrize("clock", ["log", "angle"])
def test_a_continuous_clock_can_be_read_back(clock):
    process = EdmProcess("v", 0.03, 500.0, 1.0, clock)
    for sigma in (0.05, 1.0, 100.0):
        assert float(process.sigma(process.timestep(sigma))) == pytest.approx(sigma, rel=1e-4)


def test_shares_of_a_run_are_levels_from_infinity_to_zero():
    for process in (DiscreteProcess(scaled_linear()), FlowProcess(3.0), EdmProcess()):
        levels = [process.sigma_at(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
        assert levels[0] == float("inf") and levels[-1] == 0
        assert levels == sorted(levels, reverse=True)


def test_a_distilled_model_is_told_only_the_times_it_was_distilled_at():
    process = DistilledProcess(scaled_linear(), "eps")
    assert len(process.sigmas) == 50
    times = {process.timestep(float(sigma)) for sigma in scaled_linear().sigmas[::37]}
    assert all((time + 1) % 20 == 0 for time in times)


def test_the_record_chooses_the_process():
    assert isinstance(process_for(record("eps", NoiseFacts("linear", 1e-4, 0.02))), DiscreteProcess)
    assert isinstance(process_for(record("flow", NoiseFacts("flow", shift=3.0))), FlowProcess)
    assert process_for(record("edm", NoiseFacts("edm", sigma_max=70.0))).sigma_max == 70.0
    zero = process_for(record("v", NoiseFacts("scaled_linear", zero_terminal_snr=True)))
    assert zero.sigma_max == pytest.approx(4518.76, rel=1e-4)


@pytest.mark.parametrize(("prediction", "kind"), [("eps", "flow"), ("flow", "linear"), ("edm", "cosine")])
def test_a_prediction_that_does_not_belong_to_its_noise_is_refused(prediction, kind):
    with pytest.raises(ValueError, match=prediction):
        process_for(record(prediction, NoiseFacts(kind)))
