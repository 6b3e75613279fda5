"""Read picture files that people bring: any of a few formats, upright, within limits."""

import warnings
from pathlib import Path

import torch
from PIL import Image, ImageOps, ImageSequence
from torch import Tensor

from diffusion.image.pixels import alpha_from_pillow, from_pillow

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_PIXELS = 64_000_000
MAX_FRAMES = 1_000


class PictureError(ValueError):
    """A file that cannot be read as a picture; the sentence says why and what to do."""


def read_picture(path: Path) -> tuple[Tensor, Tensor]:
    """Read a picture and what is transparent in it.

    Returns:
        The picture [B, H, W, 3] in 0..1, a row for each frame of an animation, turned upright by its EXIF
        orientation; and the mask [B, H, W], 1 where the picture is transparent.

    Raises:
        PictureError: not one of the formats, damaged, or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as file:
                return _frames(file, path.name)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(_too_large(path.name)) from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        # Pillow's own sentence may hold the whole path, which is nobody's business.
        raise PictureError(
            f"{path.name} is damaged or no picture at all. Readable are PNG, JPEG, WebP, GIF, BMP and TIFF."
        ) from error


def _frames(file: Image.Image, name: str) -> tuple[Tensor, Tensor]:
    count = getattr(file, "n_frames", 1)
    if file.width * file.height * count > MAX_PIXELS:
        raise PictureError(_too_large(name))
    if count > MAX_FRAMES:
        raise PictureError(f"{name} has {count} frames; at most {MAX_FRAMES} can be read.")
    pictures: list[Tensor] = []
    masks: list[Tensor] = []
    for frame in ImageSequence.Iterator(file):
        upright = ImageOps.exif_transpose(frame)
        alpha = alpha_from_pillow(upright)
        pictures.append(from_pillow(upright))
        masks.append(torch.zeros(upright.height, upright.width) if alpha is None else 1 - alpha)
    return torch.stack(pictures), torch.stack(masks)


def _too_large(name: str) -> str:
    return f"{name} has more than {MAX_PIXELS // 1_000_000} megapixels in all; make it smaller."
