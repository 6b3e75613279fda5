"""Pictures in and out of tensors."""

import io

import pytest
import torch
from PIL import Image

from diffusion.image.pixels import (
    alpha_from_pillow,
    from_autoencoder,
    from_pillow,
    png_bytes,
    to_autoencoder,
    to_pillow,
)
from diffusion.image.preview import SD1_PREVIEW, latent_to_rgb


def test_every_byte_survives_the_way_to_a_png_and_back():
    picture = (torch.arange(256 * 3).reshape(16, 16, 3) % 256).float() / 255
    again = from_pillow(Image.open(io.BytesIO(png_bytes(picture))))
    torch.testing.assert_close(again, picture, atol=1e-6, rtol=0)


def test_texts_travel_in_the_png_whatever_their_script():
    data = png_bytes(torch.zeros(4, 4, 3), {"noiseloom": '{"title": "画"}', "prompt": "{}"})
    assert Image.open(io.BytesIO(data)).text == {"noiseloom": '{"title": "画"}', "prompt": "{}"}


def test_values_outside_are_clamped_not_wrapped():
    picture = to_pillow(torch.tensor([[[-1.0, 0.5, 2.0]]]))
    assert picture.getpixel((0, 0)) == (0, 128, 255)


def test_the_ways_into_and_out_of_the_autoencoder_undo_each_other():
    pictures = torch.rand(2, 5, 7, 3)
    torch.testing.assert_close(from_autoencoder(to_autoencoder(pictures)), pictures)


def test_opacity_is_read_where_there_is_some():
    assert alpha_from_pillow(Image.new("RGB", (2, 2))) is None
    alpha = alpha_from_pillow(Image.new("RGBA", (3, 2), (0, 0, 0, 51)))
    torch.testing.assert_close(alpha, torch.full((2, 3), 0.2))


def test_a_preview_of_nothing_is_grey_and_of_the_size_of_the_latent():
    preview = latent_to_rgb(torch.zeros(2, 4, 5, 6))
    assert preview.shape == (2, 5, 6, 3)
    assert (preview == 0.5).all()


def test_a_preview_matrix_with_the_wrong_number_of_rows_is_refused():
    with pytest.raises(ValueError, match="needs 17 rows"):
        latent_to_rgb(torch.zeros(1, 16, 2, 2), SD1_PREVIEW)
