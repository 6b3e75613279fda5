"""Pictures side by side, to look at while training."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor


@torch.no_grad()
def pictures_of(pixels: Tensor) -> list[Image.Image]:
    """Pixels [N, 3, H, W] in -1..1 to pictures."""
    levels = ((pixels.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
    return [Image.fromarray(np.asarray(level)) for level in levels]


def sheet(pictures: list[Image.Image], columns: int = 12) -> Image.Image:
    """Pictures of one size on a gray ground."""
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    canvas = Image.new("RGB", (columns * (width + 4), rows * (height + 4)), (90, 90, 90))
    for index, picture in enumerate(pictures):
        canvas.paste(picture, ((index % columns) * (width + 4) + 2, (index // columns) * (height + 4) + 2))
    return canvas
