"""Picture tensors [B, H, W, C] in 0..1 ⇄ Pillow pictures, PNG bytes, and what autoencoders read and write."""

import io
from collections.abc import Mapping

import numpy as np
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor


def to_pillow(image: Tensor) -> Image.Image:
    """Turn one picture [H, W, C] in 0..1 (C of 1, 3 or 4) into a Pillow picture; values outside are clamped."""
    data = (image.detach().float().clamp(0, 1) * 255).round().to("cpu", torch.uint8).numpy()
    return Image.fromarray(data[:, :, 0] if data.shape[2] == 1 else data)


def from_pillow(picture: Image.Image) -> Tensor:
    """Turn a Pillow picture into [H, W, 3] float32 in 0..1; other modes are converted to RGB."""
    data = np.asarray(picture.convert("RGB"), dtype=np.float32) / 255
    return torch.from_numpy(data)


def alpha_from_pillow(picture: Image.Image) -> Tensor | None:
    """Return the opacity [H, W] in 0..1 of a picture that has one, else None."""
    if not picture.has_transparency_data:
        return None
    return torch.from_numpy(np.asarray(picture.convert("RGBA"), dtype=np.float32)[:, :, 3] / 255)


def png_bytes(image: Tensor, texts: Mapping[str, str] | None = None, *, compression: int = 4) -> bytes:
    """Encode one picture [H, W, C] in 0..1 as PNG.

    Args:
        image: the picture.
        texts: key → text to attach, such as the workflow; keys of at most 79 Latin-1 characters, texts of any kind
            (what is not Latin-1 goes into an international text chunk).
        compression: 0 (fast) to 9 (small).
    """
    info = PngInfo()
    for key, text in (texts or {}).items():
        info.add_text(key, text)
    buffer = io.BytesIO()
    to_pillow(image).save(buffer, format="PNG", pnginfo=info, compress_level=compression)
    return buffer.getvalue()


def to_autoencoder(images: Tensor) -> Tensor:
    """Turn pictures [B, H, W, 3+] in 0..1 into what an autoencoder encodes: [B, 3, H, W] in -1..1."""
    return (images[..., :3] * 2 - 1).permute(0, 3, 1, 2)


def from_autoencoder(pixels: Tensor) -> Tensor:
    """Turn what an autoencoder decoded, [B, 3, H, W] about -1..1, into pictures [B, H, W, 3] float32 in 0..1."""
    return (pixels.float() / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).contiguous()
