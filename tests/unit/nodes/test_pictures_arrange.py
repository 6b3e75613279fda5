import pytest
import torch
from PIL import Image

from graph_engine.files.folders import Folders
from nodes.pictures_arrange import (
    image_batch,
    image_blend,
    image_composite_masked,
    image_crop,
    image_flip,
    image_from_batch,
    image_pad_for_outpaint,
    image_rotate,
    image_scale,
    image_scale_to_total_pixels,
)
from nodes.pictures_filter import image_blur, image_quantize, image_sharpen
from tests.unit.nodes.conftest import Run


def picture(height: int = 4, width: int = 6, batch: int = 1) -> torch.Tensor:
    return torch.rand(batch, height, width, 3, generator=torch.Generator().manual_seed(3))


def test_a_side_of_nothing_follows_from_the_other() -> None:
    assert image_scale(image=picture(), width=12, height=0).shape == (1, 8, 12, 3)
    assert image_scale(image=picture(), width=0, height=0).shape == (1, 4, 6, 3)


def test_a_size_beyond_the_limit_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="16384 a side"):
        image_scale(image=torch.zeros(1, 1, 16_384, 3), width=16_384, height=16_385)


def test_a_megapixel_is_a_megapixel_whatever_the_shape() -> None:
    scaled = image_scale_to_total_pixels(image=picture(10, 40), upscale_method="area", megapixels=0.01)
    assert scaled.shape == (1, 51, 205, 3)


def test_a_crop_beyond_the_edge_gives_what_is_there() -> None:
    assert image_crop(image=picture(), width=3, height=9, x=4, y=1).shape == (1, 3, 2, 3)
    assert image_crop(image=picture(), width=3, height=3, x=99, y=99).shape == (1, 1, 1, 3)


def test_a_second_batch_is_brought_to_the_size_of_the_first() -> None:
    assert image_batch(image1=picture(), image2=picture(8, 8, 2)).shape == (3, 4, 6, 3)


def test_an_index_beyond_a_batch_takes_its_last() -> None:
    batch = picture(batch=3)
    assert torch.equal(image_from_batch(image=batch, batch_index=9, length=2), batch[2:])


def test_four_turns_and_two_flips_change_nothing() -> None:
    turned = picture()
    for _ in range(4):
        turned = image_rotate(image=turned, rotation="90 degrees")
    assert torch.equal(turned, picture())
    assert torch.equal(image_flip(image=image_flip(image=picture())), picture())


def test_a_quarter_turn_is_clockwise() -> None:
    corner = torch.zeros(1, 2, 3, 1)
    corner[0, 0, 0] = 1
    assert image_rotate(image=corner, rotation="90 degrees")[0, 0, 1] == 1


def test_blending_with_nothing_and_with_all_gives_either_picture() -> None:
    below, above = picture(), 1 - picture()
    assert torch.allclose(image_blend(image1=below, image2=above, blend_factor=0.0), below)
    assert torch.allclose(image_blend(image1=below, image2=above, blend_factor=1.0), above)
    screened = image_blend(image1=below, image2=above, blend_factor=1.0, blend_mode="screen")
    assert torch.allclose(screened, 1 - (1 - below) * (1 - above))


def test_what_lies_outside_the_mask_stays_bit_for_bit() -> None:
    mask = torch.zeros(1, 4, 6)
    mask[:, :, 3:] = 1
    laid = image_composite_masked(destination=picture(), source=torch.ones(1, 4, 6, 3), mask=mask)
    assert torch.equal(laid[:, :, :3], picture()[:, :, :3])
    assert torch.equal(laid[:, :, 3:], torch.ones(1, 4, 3, 3))


def test_padding_marks_what_is_new_and_fades_into_what_is_old() -> None:
    padded, mask = image_pad_for_outpaint(image=picture(40, 40), right=8, feathering=10)
    assert padded.shape == (1, 40, 48, 3)
    assert torch.equal(padded[:, :, :40], picture(40, 40))
    assert mask[0, :, 40:].min() == 1
    assert mask[0, 0, 39] > mask[0, 0, 35] > 0
    assert mask[0, :, :30].max() == 0


def test_sharpening_a_plain_picture_and_blurring_it_change_nothing() -> None:
    plain = torch.full((1, 8, 8, 3), 0.4)
    assert torch.allclose(image_blur(image=plain, blur_radius=2), plain)
    assert torch.allclose(image_sharpen(image=plain, sharpen_radius=2), plain)


def test_a_palette_of_two_leaves_two_colours() -> None:
    class Unhurried:
        def check_cancelled(self) -> None: ...

    reduced = image_quantize(Unhurried(), image=picture(16, 16), colors=2, dither="none")
    assert len(reduced.reshape(-1, 3).unique(dim=0)) <= 2


def test_a_list_becomes_a_batch_in_the_size_of_its_first(run: Run, folders: Folders) -> None:
    small = {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 2, "color": 0xFF}}
    large = {"class_type": "EmptyImage", "inputs": {"width": 20, "height": 10, "batch_size": 1, "color": 0xFF00}}
    both = {"class_type": "MakeList", "inputs": {"a": ["1", 0], "b": ["2", 0]}}
    batch = {"class_type": "ImageListToBatch", "inputs": {"images": ["3", 0]}}
    grid = {"class_type": "ImageGrid", "inputs": {"images": ["4", 0], "columns": 3, "gap": 0}}
    save = {"class_type": "SaveImage", "inputs": {"images": ["5", 0], "filename_prefix": "list"}}
    run({"1": small, "2": large, "3": both, "4": batch, "5": grid, "6": save})
    picture = Image.open(folders.output / "list_00001_.png")
    assert picture.size == (24, 8)
    assert [picture.getpixel((x, 4)) for x in (4, 12, 20)] == [(0, 0, 255), (0, 0, 255), (0, 255, 0)]
