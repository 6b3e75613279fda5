"""Pictures without their workflow: the same pixels, the same colours, nothing told."""

import io
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from web.server.gallery.stripping import without_workflow

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SECRET = "the secret workflow"


def picture(kind: str) -> bytes:
    image = Image.effect_mandelbrot((40, 30), (-2, -1, 1, 1), 20).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = SECRET
    more: dict[str, Any] = {"exif": exif, "icc_profile": PROFILE}
    if kind == "PNG":
        info = PngInfo()
        info.add_text("noiseloom", SECRET)
        info.add_text("prompt", SECRET, zip=True)
        more["pnginfo"] = info
    if kind == "JPEG":
        more["comment"] = SECRET.encode()
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pixels_and_profile_stay_and_the_texts_go(kind: str) -> None:
    data = picture(kind)
    plain = without_workflow(data)
    before, after = (Image.open(io.BytesIO(item)) for item in (data, plain))
    assert after.tobytes() == before.tobytes() and after.info["icc_profile"] == PROFILE
    assert SECRET.encode() in data and SECRET.encode() not in plain
    assert not after.getexif() and "noiseloom" not in after.info and "prompt" not in after.info


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_file_cut_off_anywhere_raises_nothing(kind: str) -> None:
    data = picture(kind)
    for length in range(0, len(data), 97):
        without_workflow(data[:length])


def test_a_webp_file_cut_off_inside_its_first_chunk_raises_nothing() -> None:
    data = b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0"
    assert without_workflow(data).startswith(b"RIFF")


def test_other_files_stay_as_they_are() -> None:
    assert without_workflow(b"GIF89a...") == b"GIF89a..."
