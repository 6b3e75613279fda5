"""Against closed forms: every one of these measures has cases whose value is known."""

import math

import pytest
import torch

from diffusion.metrics.clip_score import clip_score, likeness
from diffusion.metrics.distance import diversity, frechet_distance, kernel_distance
from diffusion.metrics.fidelity import psnr, ssim


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_an_error_of_a_tenth_everywhere_is_twenty_decibels() -> None:
    picture = torch.full((1, 3, 16, 16), 0.5)
    assert psnr(picture, picture + 0.1).item() == pytest.approx(20, abs=1e-4)
    assert math.isinf(psnr(picture, picture).item())


def test_structural_similarity_of_plain_grounds_is_its_luminance_term() -> None:
    dark, light = torch.full((1, 1, 16, 16), 0.25), torch.full((1, 1, 16, 16), 0.75)
    expected = (2 * 0.25 * 0.75 + 1e-4) / (0.25**2 + 0.75**2 + 1e-4)
    assert ssim(dark, light).item() == pytest.approx(expected, abs=1e-6)
    assert ssim(dark, dark).item() == pytest.approx(1)


def test_pictures_of_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in size"):
        psnr(torch.zeros(1, 3, 4, 4), torch.zeros(1, 3, 4, 5))


def test_the_frechet_distance_of_gaussians_is_the_closed_form() -> None:
    # For N(0, I) and N(m, s²I) in D dimensions: |m|² + D·(1 - s)².
    first, second = noise(200_000, 4), noise(200_000, 4, seed=1) * 2 + torch.tensor([1.0, 0.0, 0.0, 0.0])
    assert frechet_distance(first, second) == pytest.approx(1 + 4, rel=0.02)


def test_the_frechet_distance_of_a_set_to_itself_is_nothing() -> None:
    features = noise(64, 8)
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)


def test_the_kernel_distance_is_near_nothing_within_and_large_between_distributions() -> None:
    first, second, far = noise(500, 8), noise(500, 8, seed=1), noise(500, 8, seed=2) + 2
    assert abs(kernel_distance(first, second)) < 0.2
    assert kernel_distance(first, far) > 5


def test_a_distance_needs_two_pictures() -> None:
    with pytest.raises(ValueError, match="at least two"):
        frechet_distance(noise(1, 4), noise(5, 4))


def test_equal_pictures_have_no_diversity_and_orthogonal_ones_have_one() -> None:
    assert diversity(torch.ones(4, 3)) == pytest.approx(0, abs=1e-9)
    assert diversity(torch.eye(4)) == pytest.approx(1)


def test_the_clip_score_is_two_and_a_half_times_the_cosine_and_never_below_nothing() -> None:
    pictures, sentences = torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), torch.tensor([[1.0, 1.0]])
    assert clip_score(pictures, sentences).tolist() == pytest.approx([2.5 * math.sqrt(0.5), 0.0])
    assert likeness(pictures, sentences).shape == (2, 1)
