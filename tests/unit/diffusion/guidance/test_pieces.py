"""Pieces of guidance around predictions that are known."""

import pytest
import torch

from diffusion.conditioning import Conditioning
from diffusion.guidance.apg import ProjectedGuidance
from diffusion.guidance.cfg import Guidance
from diffusion.guidance.cfg_zero import OptimisedScale
from diffusion.guidance.entry import Area, Entry
from diffusion.guidance.interval import Interval
from diffusion.guidance.mixing import ClassifierFree, PerpendicularNegative, TwoConditions, Unguided
from diffusion.guidance.rescale import Rescale
from diffusion.guidance.threshold import DynamicThreshold, LatentThreshold, StaticThreshold, dynamic_threshold
from diffusion.processes.discrete import DiscreteProcess
from diffusion.processes.flow import FlowProcess
from diffusion.schedules.discrete import scaled_linear

PROCESS = DiscreteProcess(scaled_linear())
GENERATOR = torch.Generator().manual_seed(0)
POSITIVE, NEGATIVE, OTHER = (torch.randn(2, 4, 6, 8, generator=GENERATOR) for _ in range(3))
X = torch.randn(2, 4, 6, 8, generator=GENERATOR)
KNOWN = {"positive": POSITIVE, "negative": NEGATIVE, "middle": OTHER, "empty": OTHER}


class Lookup:
    """Answers with the prediction whose number the conditioning carries, and counts rows."""

    def __init__(self):
        self.rows = []

    def __call__(self, x, sigma, conditioning):
        self.rows.append(len(x))
        numbers = conditioning.context[:, 0, 0].long().tolist()
        picture = [index % 2 for index in range(len(numbers))]
        return torch.stack([list(KNOWN.values())[n][p] for n, p in zip(numbers, picture, strict=True)])


def guidance(mixing, *pieces, process=PROCESS, rows=None):
    lookup = Lookup()
    groups = {name: [Entry(Conditioning(torch.full((1, 1, 1), float(number))))] for number, name in enumerate(KNOWN)}
    return Guidance(lookup, groups, mixing, process=process, pieces=pieces, rows=rows), lookup


def test_passes_that_do_not_fit_together_are_split_and_give_the_same():
    whole, one_pass = guidance(ClassifierFree(5.0))
    split, two_passes = guidance(ClassifierFree(5.0), rows=2)
    assert torch.equal(whole(X, 1.0), split(X, 1.0))
    assert one_pass.rows == [4] and two_passes.rows == [2, 2]


def test_two_conditions_at_equal_scales_are_plain_guidance():
    both, _ = guidance(TwoConditions(3.0, 3.0))
    torch.testing.assert_close(both(X, 1.0), NEGATIVE + 3.0 * (POSITIVE - NEGATIVE))


def test_nested_steers_from_the_steered_middle():
    nested, _ = guidance(TwoConditions(2.0, 3.0, "nested"))
    middle = NEGATIVE + 3.0 * (OTHER - NEGATIVE)
    torch.testing.assert_close(nested(X, 1.0), middle + 2.0 * (POSITIVE - middle))


def test_a_perpendicular_negative_leaves_the_positive_direction_alone():
    away, _ = guidance(PerpendicularNegative(1.0, 1.0))
    towards = (POSITIVE - OTHER).flatten(1)
    moved = (away(X, 1.0) - OTHER).flatten(1)
    torch.testing.assert_close((moved * towards).sum(1), (towards * towards).sum(1), rtol=1e-4, atol=1e-3)


def test_outside_its_interval_guidance_is_off_and_the_negative_is_not_asked():
    guided, lookup = guidance(ClassifierFree(5.0), Interval(0.2, 0.8))
    assert torch.equal(guided(X, PROCESS.sigma_max), POSITIVE)
    assert lookup.rows == [2]
    torch.testing.assert_close(guided(X, 1.0), NEGATIVE + 5.0 * (POSITIVE - NEGATIVE))


@pytest.mark.parametrize("process", [PROCESS, FlowProcess()])
def test_rescaled_guidance_has_the_contrast_of_the_positive_velocity(process):
    sigma = 0.7

    def deviation(denoised):
        kept = denoised if process.straight else denoised * (sigma**2 + 1)
        return (X - kept).std((1, 2, 3))

    guided, _ = guidance(ClassifierFree(9.0), Rescale(1.0), process=process)
    torch.testing.assert_close(deviation(guided(X, sigma)), deviation(POSITIVE), rtol=1e-4, atol=1e-5)
    off, _ = guidance(ClassifierFree(9.0), Rescale(0.0), process=process)
    torch.testing.assert_close(off(X, sigma), NEGATIVE + 9.0 * (POSITIVE - NEGATIVE), rtol=1e-4, atol=1e-4)


def test_projected_guidance_without_limits_is_plain_guidance_and_a_limit_binds():
    free, _ = guidance(ClassifierFree(4.0), ProjectedGuidance(1.0, 0.0, 0.0))
    torch.testing.assert_close(free(X, 1.0), NEGATIVE + 4.0 * (POSITIVE - NEGATIVE), rtol=1e-4, atol=1e-5)
    short, _ = guidance(ClassifierFree(4.0), ProjectedGuidance(1.0, 0.5, 0.0))
    moved = (short(X, 1.0) - POSITIVE).flatten(1).norm(dim=1)
    torch.testing.assert_close(moved, torch.full((2,), 3 * 0.5))


def test_projected_guidance_without_its_parallel_part_is_perpendicular_to_the_positive():
    guided, _ = guidance(ClassifierFree(4.0), ProjectedGuidance(0.0, 0.0, 0.0))
    moved = (guided(X, 1.0) - POSITIVE).flatten(1)
    assert ((moved * POSITIVE.flatten(1)).sum(1) / moved.norm(dim=1)).abs().max() < 1e-3


def test_momentum_belongs_to_one_run():
    piece = ProjectedGuidance(1.0, 0.0, -0.5)
    first, _ = guidance(ClassifierFree(4.0), piece)
    once, twice = first(X, 1.0), first(X, 1.0)
    again, _ = guidance(ClassifierFree(4.0), piece)
    assert not torch.allclose(once, twice)
    assert torch.equal(again(X, 1.0), once)


def test_a_fitted_negative_that_is_a_multiple_of_the_positive_leaves_nothing_to_guide():
    process = FlowProcess()
    velocity = (X - POSITIVE) / 0.5

    class Half:
        def __call__(self, x, sigma, conditioning):
            share = conditioning.context[:, 0, 0][:, None, None, None]
            return torch.cat([X] * (len(x) // 2)) - sigma * share * torch.cat([velocity] * (len(x) // 2))

    groups = {
        "positive": [Entry(Conditioning(torch.ones(1, 1, 1)))],
        "negative": [Entry(Conditioning(torch.full((1, 1, 1), 0.25)))],
    }
    guided = Guidance(Half(), groups, ClassifierFree(7.0), process=process, pieces=[OptimisedScale()])
    torch.testing.assert_close(guided(X, 0.5), POSITIVE, rtol=1e-4, atol=1e-4)


def test_thresholds_work_on_what_every_solver_sees():
    plain = NEGATIVE + 9.0 * (POSITIVE - NEGATIVE)
    static, _ = guidance(ClassifierFree(9.0), StaticThreshold())
    assert static(X, 1.0).abs().max() <= 1
    dynamic, _ = guidance(ClassifierFree(9.0), DynamicThreshold(0.9, 1.5))
    torch.testing.assert_close(dynamic(X, 1.0), dynamic_threshold(plain, 0.9, 1.5))


def test_a_latent_threshold_gives_the_range_and_the_mean_of_the_milder_scale():
    strong, _ = guidance(ClassifierFree(20.0), LatentThreshold(3.0, 1.0))
    mild = NEGATIVE + 3.0 * (POSITIVE - NEGATIVE)
    got = strong(X, 1.0)
    torch.testing.assert_close(got.mean((2, 3)), mild.mean((2, 3)), rtol=1e-4, atol=1e-4)
    reach = (got - mild.mean((2, 3), keepdim=True)).abs().amax((2, 3))
    wanted = (mild - mild.mean((2, 3), keepdim=True)).abs().amax((2, 3))
    torch.testing.assert_close(reach, wanted, rtol=1e-4, atol=1e-4)


def test_a_latent_threshold_leaves_milder_guidance_alone():
    plain, _ = guidance(ClassifierFree(3.0))
    cut, _ = guidance(ClassifierFree(3.0), LatentThreshold(7.0))
    assert torch.equal(cut(X, 1.0), plain(X, 1.0))


def test_the_negative_is_told_even_where_guidance_does_not_need_it():
    guided, _ = guidance(ClassifierFree(1.0))
    answer = guided.with_negative(X, 1.0)
    assert torch.equal(answer.denoised, POSITIVE) and torch.equal(answer.negative, NEGATIVE)


def constant(number):
    return Conditioning(torch.full((1, 1, 1), float(number)))


class Constant:
    """Denoises to the number that the conditioning carries, and remembers the sizes it saw."""

    def __init__(self):
        self.sizes = []

    def __call__(self, x, sigma, conditioning):
        self.sizes.append(tuple(x.shape))
        return x * 0 + conditioning.context[:, 0, 0][:, None, None, None]


def predicted(*entries, sigma=1.0):
    denoiser = Constant()
    guided = Guidance(denoiser, {"positive": entries}, Unguided())
    return guided(torch.zeros(1, 4, 16, 32), sigma), denoiser


def test_combined_conditionings_are_averaged_by_their_strengths():
    out, denoiser = predicted(Entry(constant(0)), Entry(constant(4), strength=3.0))
    torch.testing.assert_close(out, torch.full_like(out, 3.0))
    assert denoiser.sizes == [(2, 4, 16, 32)]


def test_an_area_is_seen_alone_and_fades_only_inside_the_picture():
    out, denoiser = predicted(Entry(constant(0)), Entry(constant(1), Area(0, 16, 16, 16)))
    assert (1, 4, 16, 16) in denoiser.sizes
    assert out[..., :16].abs().max() == 0
    # Right of the fade, up to the picture's own edge, both weigh the same.
    torch.testing.assert_close(out[..., 24:], torch.full((1, 4, 16, 8), 0.5))
    assert (out[0, 0, 0, 16:24].diff() > 0).all()


def test_masks_weigh_conditionings_cell_by_cell():
    left = torch.zeros(1, 1, 16, 32)
    left[..., :16] = 1
    out, _ = predicted(Entry(constant(2), mask=left), Entry(constant(5), mask=1 - left))
    assert out[..., :16].eq(2).all() and out[..., 16:].eq(5).all()


def test_a_conditioning_works_between_its_levels_only():
    early, late = Entry(constant(1), end=2.0), Entry(constant(7), start=2.0 - 1e-6)
    assert predicted(early, late, sigma=5.0)[0].eq(1).all()
    assert predicted(early, late, sigma=0.5)[0].eq(7).all()
