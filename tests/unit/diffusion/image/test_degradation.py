"""Pictures made worse, reproducibly."""

import pytest
import torch

from diffusion.image.degradation import bsr_light, filtered, gaussian_blur, gaussian_kernel, jpeg


def picture(rows=2, side=32):
    return torch.rand(rows, side, side, 3, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("arguments", [(0.6,), (2.0,), (1.0, 2.0, 0.7), (0.0,)])
def test_a_kernel_sums_to_one_and_has_a_middle(arguments):
    kernel = gaussian_kernel(*arguments)
    assert kernel.sum().item() == pytest.approx(1, abs=1e-6)
    assert kernel.shape[0] == kernel.shape[1]
    assert kernel.shape[0] % 2 == 1
    assert kernel.argmax().item() == kernel.numel() // 2


def test_a_stretched_kernel_is_wider_along_one_axis():
    kernel = gaussian_kernel(1.0, 2.0)
    assert kernel.sum(dim=0).max() > kernel.sum(dim=1).max()


def test_blurring_keeps_a_plain_picture_and_evens_out_another():
    plain = torch.full((1, 8, 8, 3), 0.3)
    torch.testing.assert_close(gaussian_blur(plain, 1.5), plain)
    assert gaussian_blur(picture(), 1.5).var() < picture().var() / 3
    torch.testing.assert_close(gaussian_blur(picture(), 0), picture())


def test_a_kernel_wider_than_the_picture_still_filters_it():
    assert filtered(picture(side=3), gaussian_kernel(4.0)).shape == (2, 3, 3, 3)


def test_jpeg_keeps_the_size_and_loses_detail():
    worse = jpeg(picture(), 20)
    assert worse.shape == picture().shape
    assert 0.01 < (worse - picture()).abs().mean() < 0.4


def test_the_same_seed_makes_the_same_worse_picture():
    first, second = bsr_light(picture(), 4, 7), bsr_light(picture(), 4, 7)
    assert first.shape == (2, 8, 8, 3)
    assert torch.equal(first, second)
    assert not torch.equal(first, bsr_light(picture(), 4, 9))
    assert first.amin() >= 0
    assert first.amax() <= 1


def test_a_picture_of_a_batch_is_the_one_made_alone():
    assert torch.equal(bsr_light(picture(), 2, 5)[1:], bsr_light(picture()[1:], 2, 6))


def test_a_picture_smaller_than_the_factor_is_refused():
    with pytest.raises(ValueError, match="cannot be made 8 times smaller"):
        bsr_light(picture(side=4), 8, 0)
