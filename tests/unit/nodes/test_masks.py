import torch

from nodes.masks import (
    crop_mask,
    image_color_to_mask,
    image_to_mask,
    invert_mask,
    join_image_with_alpha,
    mask_composite,
    mask_to_image,
    solid_mask,
    split_image_with_alpha,
    threshold_mask,
)


def test_a_mask_goes_to_a_picture_and_back() -> None:
    mask = torch.rand(2, 3, 4)
    assert torch.equal(image_to_mask(image=mask_to_image(mask=mask), channel="green"), mask)


def test_a_picture_without_transparency_is_opaque_everywhere() -> None:
    assert image_to_mask(image=torch.rand(1, 2, 2, 3), channel="alpha").min() == 1


def test_a_colour_is_found_exactly() -> None:
    picture = torch.zeros(1, 1, 2, 3)
    picture[0, 0, 1] = torch.tensor([1.0, 128 / 255, 0.0])
    assert image_color_to_mask(image=picture, color=0xFF8000).tolist() == [[[0.0, 1.0]]]


def test_inverting_twice_changes_nothing() -> None:
    mask = threshold_mask(mask=torch.rand(1, 4, 4))
    assert torch.equal(invert_mask(mask=invert_mask(mask=mask)), mask)


def test_combining_touches_only_the_place_and_stays_in_range() -> None:
    combined = mask_composite(
        destination=solid_mask(value=0.75, width=4, height=4), source=solid_mask(width=8, height=1), x=2, y=3,
        operation="add",
    )  # fmt: skip
    assert combined[0, 3].tolist() == [0.75, 0.75, 1.0, 1.0]
    assert combined[0, :3].eq(0.75).all()


def test_a_place_beyond_the_mask_changes_nothing() -> None:
    mask = solid_mask(width=4, height=4)
    assert torch.equal(mask_composite(destination=mask, source=mask, x=9), mask)
    assert crop_mask(mask=mask, x=9, y=9).shape == (1, 1, 1)


def test_transparency_comes_back_from_a_joined_picture() -> None:
    picture, transparent = torch.rand(1, 4, 4, 3), torch.rand(1, 4, 4)
    again, back = split_image_with_alpha(image=join_image_with_alpha(image=picture, alpha=transparent))
    assert torch.equal(again, picture)
    assert torch.allclose(back, transparent, atol=1e-6)
