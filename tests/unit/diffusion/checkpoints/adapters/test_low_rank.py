"""What LoRA and its kin do to a weight, against the formulas of their papers written out."""

import pytest
import torch

from diffusion.checkpoints.adapters.low_rank import (
    Added,
    Decomposed,
    Difference,
    Generalised,
    Hadamard,
    Kronecker,
    LowRank,
)


@pytest.fixture
def draw():
    generator = torch.Generator().manual_seed(0)
    return lambda *shape: torch.randn(shape, generator=generator)


def test_a_lora_adds_alpha_over_rank_times_the_product(draw):
    weight, down, up = draw(6, 8), draw(2, 8), draw(6, 2)
    changed = Added(LowRank(down, up, alpha=1.0)).apply(weight, 0.5)
    torch.testing.assert_close(changed, weight + 0.5 * (1 / 2) * up @ down)


def test_without_alpha_the_scale_is_one(draw):
    weight, down, up = draw(6, 8), draw(2, 8), draw(6, 2)
    torch.testing.assert_close(Added(LowRank(down, up)).apply(weight, 1), weight + up @ down)


def test_a_convolution_is_two_convolutions_one_after_the_other(draw):
    weight, down, up = torch.zeros(6, 4, 3, 3), draw(2, 4, 3, 3), draw(6, 2, 1, 1)
    picture = draw(1, 4, 8, 8)
    changed = Added(LowRank(down, up)).apply(weight, 1)
    expected = torch.conv2d(torch.conv2d(picture, down, padding=1), up)
    torch.testing.assert_close(torch.conv2d(picture, changed, padding=1), expected, atol=1e-4, rtol=1e-4)


def test_the_tucker_form_is_three_convolutions(draw):
    weight, down, middle, up = torch.zeros(6, 4, 3, 3), draw(2, 4, 1, 1), draw(2, 2, 3, 3), draw(6, 2, 1, 1)
    picture = draw(1, 4, 8, 8)
    changed = Added(LowRank(down, up, middle=middle)).apply(weight, 1)
    expected = torch.conv2d(torch.conv2d(torch.conv2d(picture, down), middle, padding=1), up)
    torch.testing.assert_close(torch.conv2d(picture, changed, padding=1), expected, atol=1e-4, rtol=1e-4)


def test_a_loha_is_the_elementwise_product_of_two_products(draw):
    a1, b1, a2, b2 = draw(6, 2), draw(2, 8), draw(6, 2), draw(2, 8)
    changed = Added(Hadamard((a1, b1), (a2, b2), alpha=4.0)).apply(torch.zeros(6, 8), 1)
    torch.testing.assert_close(changed, 2 * (a1 @ b1) * (a2 @ b2))


def test_a_loha_with_cores_makes_a_convolution(draw):
    first, second, cores = (draw(2, 6), draw(2, 4)), (draw(2, 6), draw(2, 4)), (draw(2, 2, 3, 3), draw(2, 2, 3, 3))
    changed = Added(Hadamard(first, second, cores=cores)).apply(torch.zeros(6, 4, 3, 3), 1)
    parts = [torch.einsum("ijkl,jr,ip->prkl", core, b, a) for core, (a, b) in zip(cores, (first, second), strict=True)]
    torch.testing.assert_close(changed, parts[0] * parts[1])


@pytest.mark.parametrize("split", [False, True])
def test_a_lokr_is_a_kronecker_product(draw, split):
    first, a, b = draw(2, 2), draw(3, 2), draw(2, 4)
    second = (a, b) if split else (a @ b,)
    changed = Added(Kronecker((first,), second, alpha=1.0)).apply(torch.zeros(6, 8), 1)
    torch.testing.assert_close(changed, torch.kron(first, a @ b) * (0.5 if split else 1))


def test_a_lokr_of_a_convolution_keeps_its_kernel(draw):
    first, second = draw(2, 2), draw(3, 4, 3, 3)
    changed = Added(Kronecker((first,), (second,))).apply(torch.zeros(6, 8, 3, 3), 1)
    for row in range(3):
        torch.testing.assert_close(changed[..., row, 1], torch.kron(first, second[..., row, 1]))


@pytest.mark.parametrize("turned", [False, True])
def test_a_glora_also_multiplies_the_weight(draw, turned):
    weight, down, up, b_down, b_up = draw(6, 8), draw(2, 8), draw(8, 2), draw(2, 8), draw(6, 2)
    inner, outer = ((up, down), (b_up, b_down)) if turned else ((down, up), (b_down, b_up))
    changed = Added(Generalised(inner, outer)).apply(weight, 1)
    torch.testing.assert_close(changed, weight + b_up @ b_down + weight @ up @ down)


def test_a_dora_gives_each_output_its_learned_length(draw):
    weight, lengths = draw(6, 8), torch.arange(1.0, 7.0)
    changed = Decomposed(LowRank(draw(2, 8), draw(6, 2)), lengths[:, None]).apply(weight, 1)
    torch.testing.assert_close(changed.norm(dim=1), lengths)


def test_an_early_dora_gives_each_input_its_learned_length(draw):
    weight, lengths = draw(6, 4, 3, 3), torch.arange(1.0, 5.0)
    changed = Decomposed(LowRank(draw(2, 4, 3, 3), draw(6, 2, 1, 1)), lengths.reshape(1, 4, 1, 1)).apply(weight, 1)
    torch.testing.assert_close(changed.transpose(0, 1).flatten(1).norm(dim=1), lengths)


def test_half_a_dora_is_half_way(draw):
    weight = draw(6, 8)
    update = Decomposed(LowRank(draw(2, 8), draw(6, 2)), torch.ones(6))
    torch.testing.assert_close(update.apply(weight, 0.5), (weight + update.apply(weight, 1)) / 2)


def test_a_difference_is_added(draw):
    weight, difference = draw(6), draw(6)
    torch.testing.assert_close(Added(Difference(difference)).apply(weight, -1), weight - difference)


@pytest.mark.parametrize(("down", "up"), [((2, 7), (6, 2)), ((2, 8), (5, 3))])
def test_an_update_of_another_shape_is_refused(down, up):
    with pytest.raises(ValueError, match=r"fit together|another kind of model"):
        Added(LowRank(torch.ones(down), torch.ones(up))).apply(torch.zeros(6, 8), 1)
