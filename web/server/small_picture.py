"""A small WebP of a picture, for lists."""

import io
from typing import BinaryIO

from PIL import Image, ImageOps

from web.server.gallery.picture_file import FORMATS

LONGEST_SIDE = 320
QUALITY = 72


class UnreadablePicture(ValueError):  # noqa: N818 - an answer
    """The file is no picture, or too large a one. Its message says why, without a full stop."""


def small_picture(file: BinaryIO, most_pixels: int) -> bytes:
    """The picture in ``file`` as WebP, at most 320 pixels on its longer side. Raises UnreadablePicture."""
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > most_pixels:
                raise UnreadablePicture("it is too large")
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            shown = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except UnreadablePicture:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as failure:
        raise UnreadablePicture("it is not a picture") from failure
    made = io.BytesIO()
    shown.save(made, "WEBP", quality=QUALITY, method=4)
    return made.getvalue()
