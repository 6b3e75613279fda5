"""Masks [B, H, W], 1 where something is to happen: grow, feather, combine, and lay one picture over another."""

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

COMBINATIONS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "multiply": lambda below, above: below * above,
    "add": lambda below, above: below + above,
    "subtract": lambda below, above: below - above,
    "and": lambda below, above: (below.round().bool() & above.round().bool()).float(),
    "or": lambda below, above: (below.round().bool() | above.round().bool()).float(),
    "xor": lambda below, above: (below.round().bool() ^ above.round().bool()).float(),
}


def grow(mask: Tensor, cells: int, *, round_corners: bool = True) -> Tensor:
    """Let every spot of a mask [B, H, W] grow by `cells` in all directions, or shrink it when negative.

    With `round_corners` the four diagonal neighbours are left out at each step, so that a spot grows like a diamond;
    without, like a square.
    """
    if not cells:
        return mask
    inverted = cells < 0
    grown = (1 - mask if inverted else mask).unsqueeze(1).float()
    for _ in range(abs(cells)):
        if round_corners:
            across = F.max_pool2d(grown, (1, 3), stride=1, padding=(0, 1))
            down = F.max_pool2d(grown, (3, 1), stride=1, padding=(1, 0))
            grown = torch.maximum(across, down)
        else:
            grown = F.max_pool2d(grown, 3, stride=1, padding=1)
    grown = grown.squeeze(1)
    return 1 - grown if inverted else grown


def feather(mask: Tensor, left: int, top: int, right: int, bottom: int) -> Tensor:
    """Let a mask [B, H, W] fade out linearly towards its edges, over that many cells at each."""
    height, width = mask.shape[1:]
    columns, rows = torch.ones(width), torch.ones(height)
    for line, near, far in ((columns, left, right), (rows, top, bottom)):
        near, far = min(near, len(line)), min(far, len(line))
        line[:near] *= torch.arange(1, near + 1) / max(near, 1)
        line[len(line) - far :] *= torch.arange(far, 0, -1) / max(far, 1)
    return mask * (rows[:, None] * columns[None, :]).to(mask)


def gaussian_blur(pixels: Tensor, radius: int, sigma: float) -> Tensor:
    """Blur [B, C, H, W] with a Gaussian of deviation `sigma` cells, cut off at `radius`; edges are mirrored."""
    if radius < 1 or sigma <= 0:
        return pixels
    steps = torch.arange(-radius, radius + 1, dtype=torch.float32, device=pixels.device)
    kernel = torch.exp(-(steps**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).to(pixels.dtype)
    channels = pixels.shape[1]
    across = kernel.reshape(1, 1, 1, -1).expand(channels, 1, 1, -1)
    # Mirroring reaches no further than the picture does; what is smaller than the blur repeats its edge instead.
    mode = "reflect" if min(pixels.shape[2:]) > radius else "replicate"
    padded = F.pad(pixels, (radius, radius, radius, radius), mode=mode)
    blurred = F.conv2d(padded, across, groups=channels)
    return F.conv2d(blurred, across.transpose(2, 3), groups=channels)


def paste(below: Tensor, above: Tensor, x: int, y: int, mask: Tensor | None = None) -> Tensor:
    """Lay `above` over `below`, its upper left corner at column x, row y; what reaches beyond is cut off.

    Args:
        below, above: [B, C, H, W]; the batch of `above` is repeated to that of `below`.
        x, y: cells; may be negative.
        mask: [B or 1, h, w], 1 where `above` shows; at any size, it is brought to that of `above`.
    """
    result = below.clone()
    height, width = below.shape[2:]
    rows, columns = above.shape[2:]
    above = repeat_to(above, len(below))
    share = torch.ones(1, rows, columns) if mask is None else mask
    if share.shape[1:] != (rows, columns):
        share = F.interpolate(share.unsqueeze(1), size=(rows, columns), mode="bilinear").squeeze(1)
    share = repeat_to(share, len(below)).unsqueeze(1).to(below)
    top, bottom, left, right = max(y, 0), min(y + rows, height), max(x, 0), min(x + columns, width)
    if top >= bottom or left >= right:
        return result
    inside = (slice(None), slice(None), slice(top - y, bottom - y), slice(left - x, right - x))
    target = (slice(None), slice(None), slice(top, bottom), slice(left, right))
    weight = share[inside]
    result[target] = above[inside].to(below) * weight + below[target] * (1 - weight)
    return result


def repeat_to(batch: Tensor, count: int) -> Tensor:
    """Repeat or cut the rows of `batch` so that there are `count`."""
    if len(batch) == count:
        return batch
    return batch[torch.arange(count, device=batch.device) % len(batch)]
