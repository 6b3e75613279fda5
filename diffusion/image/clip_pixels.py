"""Pictures as CLIP's image encoder reads them."""

import torch.nn.functional as F
from torch import Tensor, tensor

# Mean and deviation of red, green and blue over CLIP's training set (Radford et al. 2021, published code).
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)


def clip_pixels(pictures: Tensor, side: int, *, crop: bool = True) -> Tensor:
    """Resize and normalise pictures for CLIP.

    Args:
        pictures: [B, H, W, C], 0..1; further channels than three are left out.
        side: of the square the encoder reads.
        crop: whether the middle is cut out after the shorter side fits; else the whole picture is squeezed.

    Returns:
        [B, 3, side, side] float32.
    """
    x = pictures[..., :3].permute(0, 3, 1, 2).float()
    height, width = x.shape[-2:]
    if crop:
        scale = side / min(height, width)
        size = max(side, round(height * scale)), max(side, round(width * scale))
    else:
        size = (side, side)
    if size != (height, width):
        x = F.interpolate(x, size, mode="bicubic", antialias=True)
    top, left = (size[0] - side) // 2, (size[1] - side) // 2
    # Bicubic overshoots; pictures are kept in eight bits in the published code.
    x = x[..., top : top + side, left : left + side].clamp(0, 1)
    x = (x * 255).round() / 255
    shape = (1, 3, 1, 1)
    return (x - tensor(MEAN, device=x.device).view(shape)) / tensor(DEVIATION, device=x.device).view(shape)
