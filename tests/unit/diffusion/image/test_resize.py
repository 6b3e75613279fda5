import math

import pytest
import torch

from diffusion.image.resize import LATENT_METHODS, METHODS, resize, slerp


@pytest.mark.parametrize("method", sorted({*METHODS, *LATENT_METHODS}))
def test_every_method_gives_the_size_that_was_asked_for_and_keeps_a_plain_picture_plain(method: str) -> None:
    resized = resize(torch.full((2, 3, 8, 6), 0.5), 13, 5, method)
    assert resized.shape == (2, 3, 5, 13)
    assert torch.allclose(resized, torch.full_like(resized, 0.5), atol=1 / 255)


def test_a_centre_crop_keeps_shapes_undistorted() -> None:
    wide = torch.zeros(1, 1, 10, 30)
    wide[:, :, :, 10:20] = 1
    assert resize(wide, 5, 5, "area", "center").mean() == 1


def test_a_picture_of_the_right_size_is_given_back_as_it_is() -> None:
    picture = torch.rand(1, 3, 4, 4)
    assert resize(picture, 4, 4, "lanczos") is picture


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(ValueError, match="'cubic'"):
        resize(torch.zeros(1, 1, 2, 2), 3, 3, "cubic")


def test_bislerp_keeps_the_spread_of_noise_where_bilinear_flattens_it() -> None:
    noise = torch.randn(1, 4, 32, 32, generator=torch.Generator().manual_seed(1))
    turned, flat = resize(noise, 48, 48, "bislerp"), resize(noise, 48, 48, "bilinear")
    assert turned.std() > 0.85 > flat.std()


def test_slerp_stays_on_the_sphere() -> None:
    start, end = torch.nn.functional.normalize(torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(2)), dim=-1)
    for share in (0.0, 0.3, 0.5, 1.0):
        assert torch.allclose(slerp(start, end, share).norm(dim=-1), torch.ones(5), atol=1e-5)


def test_slerp_half_way_between_right_angles_is_at_45_degrees() -> None:
    half = slerp(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]), 0.5)
    assert torch.allclose(half, torch.full((2,), math.sqrt(0.5)), atol=1e-6)


def test_slerp_between_equal_or_opposite_vectors_is_finite() -> None:
    one = torch.tensor([1.0, 0.0])
    assert torch.allclose(slerp(one, one, 0.5), one)
    assert slerp(one, -one, 0.5).isfinite().all()
