"""Thresholds of predicted pictures."""

import torch

from diffusion.guidance.threshold import dynamic_threshold, static_threshold


def test_a_picture_within_range_is_left_alone():
    picture = torch.linspace(-1, 1, 48).reshape(1, 3, 4, 4)
    assert torch.equal(dynamic_threshold(picture), picture)


def test_each_picture_is_scaled_by_its_own_brightest_values():
    mild, strong = torch.linspace(-1.2, 1.2, 1000), torch.linspace(-4, 4, 1000)
    both = dynamic_threshold(torch.stack([mild, strong]), share=0.5, largest=100.0)
    assert both.abs().max() <= 1
    alone = [dynamic_threshold(row[None], share=0.5, largest=100.0)[0] for row in (mild, strong)]
    torch.testing.assert_close(both, torch.stack(alone))


def test_the_cut_is_where_torchs_own_quantile_is():
    picture = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0)) * 3
    cut = torch.quantile(picture.abs().flatten(1), 0.9, dim=1).clamp(min=1)[:, None, None, None]
    expected = picture.clamp(-cut, cut) / cut
    torch.testing.assert_close(dynamic_threshold(picture, share=0.9, largest=100.0), expected)


def test_with_a_limit_of_one_it_is_the_static_threshold():
    picture = torch.linspace(-3, 3, 48).reshape(1, 3, 4, 4)
    assert torch.equal(dynamic_threshold(picture, largest=1.0), static_threshold(picture))
