"""Every spacing against the reference tables (ten steps, four decimals; computed with the published functions)."""

import pytest
import torch

from diffusion.processes.discrete import DiscreteProcess
from diffusion.processes.flow import FlowProcess
from diffusion.schedules.align_your_steps import align_your_steps
from diffusion.schedules.beta import beta_share
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.discrete import scaled_linear, schedule_from_betas
from diffusion.schedules.laplace import laplace_between
from diffusion.schedules.table import SCHEDULES, sigmas_for
from diffusion.schedules.turbo import turbo
from diffusion.schedules.zero_snr import with_zero_terminal_snr

STABLE_DIFFUSION = {
    "simple": "14.6146 8.3028 5.0878 3.3211 2.2765 1.6129 1.1606 0.8299 0.5693 0.3417 0",
    "normal": "14.6146 7.8399 4.6092 2.9183 1.9502 1.3449 0.9324 0.6250 0.3687 0.0292 0",
    "sgm_uniform": "14.6146 8.3072 5.0924 3.3251 2.2797 1.6156 1.1629 0.8319 0.5712 0.3437 0",
    "ddim_uniform": "8.3907 5.1344 3.3478 2.2929 1.6237 1.1682 0.8357 0.5741 0.3462 0.0413 0",
    "beta": "14.6146 11.5428 7.3718 4.3728 2.6152 1.6183 1.0273 0.6549 0.3955 0.1991 0",
    "linear_quadratic": "14.6146 14.5416 14.4685 14.3954 14.3223 14.2493 13.6208 11.8817 9.0318 5.0713 0",
    "kl_optimal": "14.6146 4.2324 2.3937 1.5971 1.1330 0.8152 0.5729 0.3725 0.1953 0.0292 0",
    "karras": "14.6146 9.1029 5.4784 3.1686 1.7494 0.9141 0.4469 0.2014 0.0819 0.0292 0",
    "exponential": "14.6146 7.3249 3.6712 1.8400 0.9222 0.4622 0.2317 0.1161 0.0582 0.0292 0",
}
FLOW = {
    "simple": "1.0000 0.9643 0.9231 0.8750 0.8182 0.7500 0.6667 0.5625 0.4286 0.2500 0",
    "normal": "1.0000 0.9601 0.9133 0.8577 0.7904 0.7073 0.6022 0.4649 0.2780 0.0089 0",
    "sgm_uniform": "1.0000 0.9644 0.9233 0.8755 0.8189 0.7511 0.6683 0.5649 0.4322 0.2556 0",
    "ddim_uniform": "0.9650 0.9240 0.8760 0.8194 0.7515 0.6685 0.5648 0.4316 0.2542 0.0060 0",
    "beta": "1.0000 0.9863 0.9553 0.9076 0.8409 0.7507 0.6309 0.4796 0.2981 0.1137 0",
    "linear_quadratic": "1.0000 0.9950 0.9900 0.9850 0.9800 0.9750 0.9320 0.8130 0.6180 0.3470 0",
}
LAPLACE = "14.6146 2.1213 1.5000 1.2247 1.0607 0.9428 0.8165 0.6667 0.4714 0.0292"


def numbers(text):
    return torch.tensor([float(part) for part in text.split()])


@pytest.mark.parametrize("name", STABLE_DIFFUSION)
def test_a_spacing_gives_the_reference_levels_of_stable_diffusion(name):
    sigmas = sigmas_for(name, DiscreteProcess(scaled_linear()), 10)
    torch.testing.assert_close(sigmas, numbers(STABLE_DIFFUSION[name]), atol=1.1e-4, rtol=0)


@pytest.mark.parametrize("name", FLOW)
def test_a_spacing_gives_the_reference_levels_of_a_flow(name):
    torch.testing.assert_close(sigmas_for(name, FlowProcess(3.0), 10), numbers(FLOW[name]), atol=1.1e-4, rtol=0)


def test_laplace_gives_its_reference_levels():
    torch.testing.assert_close(laplace_between(0.029167, 14.6146, 10), numbers(LAPLACE), atol=1.1e-3, rtol=0)


def test_ten_aligned_steps_are_the_published_ones_and_twenty_lie_between_them():
    ten, twenty = align_your_steps("SD1", 10), align_your_steps("SD1", 20)
    torch.testing.assert_close(twenty[:-1:2], ten[:-1])
    assert ten[-1] == 0 and (twenty.diff() < 0).all()


def test_one_turbo_step_begins_at_the_largest_level():
    levels = scaled_linear()
    assert turbo(levels, 1).tolist() == [levels.sigmas[999].item(), 0.0]
    assert turbo(levels, 2, denoise=0.5)[0] == levels.sigmas[499]


def test_a_run_without_the_penultimate_level_has_as_many_steps():
    levels = scaled_linear()
    kept = sigmas_for("normal", levels, 10, drop_penultimate=True)
    whole = sigmas_for("normal", levels, 11)
    assert kept.tolist() == [*whole[:-2].tolist(), 0.0]


def test_the_cosine_schedules_endless_levels_are_not_walked():
    process = DiscreteProcess(schedule_from_betas(cosine_betas()))
    assert process.sigma_max > 10_000
    assert sigmas_for("karras", process, 10)[0] == 500


def test_zero_terminal_snr_ends_in_the_published_levels():
    sigmas = with_zero_terminal_snr(scaled_linear()).sigmas
    assert sigmas[-1].item() == pytest.approx(4518.76, rel=1e-4)
    assert sigmas[-2].item() == pytest.approx(2254.24, rel=1e-3)
    torch.testing.assert_close(sigmas[0], scaled_linear().sigmas[0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
@pytest.mark.parametrize("steps", [1, 2, 37])
def test_levels_fall_to_zero_on_every_process(name, steps):
    for process in (DiscreteProcess(scaled_linear()), FlowProcess(3.0)):
        sigmas = sigmas_for(name, process, steps)
        assert sigmas[-1] == 0 and (sigmas.diff() < 0).all()


def test_the_beta_distribution_of_both_halves_is_the_arc_sine():
    assert beta_share(0.25, 0.5, 0.5) == pytest.approx(1 / 3, abs=1e-12)
    assert beta_share(0.7, 1.0, 1.0) == pytest.approx(0.7, abs=1e-12)
