"""Captions as DeepFloyd IF's training cleaned them."""

import pytest

from diffusion.text.captions import clean_caption


@pytest.mark.parametrize(
    ("caption", "clean"),
    [
        ("A Photo of a CAT", "a photo of a cat"),
        ("see https://example.com/cat for more", "see for more"),
        ("<b>bold</b> cat by @painter", "bold cat by"),
        ("this-is-my-cute-cat", "this is my cute cat"),
        ("a well-known cat", "a well-known cat"),
        ("a cat — “really”", 'a cat - "really"'),
        ("cat_01.jpg of a cat, free shipping", "of a cat"),
        ("a 猫 cat", "a cat"),
        ('"a quoted cat"', "a quoted cat"),
        ("red,blue.green", "red, blue. green"),
        ("cat &amp; dog", "cat ; dog"),
        ("", ""),
    ],
)
def test_what_is_no_description_goes(caption, clean):
    assert clean_caption(caption) == clean
