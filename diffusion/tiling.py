"""Work on a picture or a latent part by part, so that memory depends on the part and not on the whole."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Told = Callable[[int, int], None]
"""Told after each part how many of how many are done; may raise to stop."""


@dataclass(frozen=True)
class Tile:
    """A part of a plane: rows `top`..`bottom` and columns `left`..`right`, the ends not included."""

    top: int
    bottom: int
    left: int
    right: int


def spans(length: int, size: int, overlap: int = 0) -> list[tuple[int, int]]:
    """Return parts of at most `size` that cover 0..length, neighbours sharing at least `overlap`.

    All parts are of one size where the length allows it: the last one is moved back instead of being cut.

    Raises:
        ValueError: parts that do not reach beyond their overlap.
    """
    if size <= overlap or size < 1:
        raise ValueError(f"Tiles of {size} cannot overlap by {overlap}; make them larger.")
    if length <= size:
        return [(0, length)]
    starts = [*range(0, length - size, size - overlap), length - size]
    return [(start, start + size) for start in starts]


def tiles(height: int, width: int, size: int, overlap: int = 0) -> list[Tile]:
    """Return square tiles that cover a plane, row by row; see `spans`."""
    rows, columns = spans(height, size, overlap), spans(width, size, overlap)
    return [Tile(top, bottom, left, right) for top, bottom in rows for left, right in columns]


def blended(
    work: Callable[[Tensor], Tensor], plane: Tensor, size: int, overlap: int, told: Told | None = None
) -> Tensor:
    """Apply `work` to overlapping tiles of `plane` [B, C, H, W] and blend what it gives over the overlaps.

    `work` may change the number of channels and scale both sides by one factor (a decoder, an encoder). Each tile's
    weight falls linearly to its inner edges, so that no seam shows; tone may drift a little from tile to tile, since
    norms see one tile at a time. For no drift at all see `exact_decode`.

    Returns:
        [B, C', H·f, W·f] on the plane's device, in float32.
    """
    height, width = plane.shape[2:]
    parts = tiles(height, width, size, overlap)
    total: Tensor | None = None
    weights: Tensor | None = None
    factor = 1.0
    for number, tile in enumerate(parts, start=1):
        made = work(plane[:, :, tile.top : tile.bottom, tile.left : tile.right]).float().to(plane.device)
        if total is None or weights is None:
            factor = made.shape[2] / (tile.bottom - tile.top)
            whole = (round(height * factor), round(width * factor))
            total = plane.new_zeros(plane.shape[0], made.shape[1], *whole, dtype=torch.float32)
            weights = plane.new_zeros(1, 1, *whole, dtype=torch.float32)
        top, left = round(tile.top * factor), round(tile.left * factor)
        weight = _ramp(tile, (height, width), made, max(1, round(overlap * factor)))
        total[:, :, top : top + made.shape[2], left : left + made.shape[3]] += made * weight
        weights[:, :, top : top + made.shape[2], left : left + made.shape[3]] += weight
        if told is not None:
            told(number, len(parts))
    if total is None or weights is None:
        raise ValueError("There is nothing to work on: the plane has no cells.")
    return total / weights


def _ramp(tile: Tile, whole: tuple[int, int], made: Tensor, reach: int) -> Tensor:
    """The weight of each cell of a tile: 1, falling over `reach` cells to edges that have a neighbour."""
    rows, columns = made.shape[2:]
    down, across = made.new_ones(rows), made.new_ones(columns)
    edges = (
        (down, tile.top > 0, tile.bottom < whole[0]),
        (across, tile.left > 0, tile.right < whole[1]),
    )
    for line, before, after in edges:
        steps = min(reach, len(line))
        slope = torch.arange(1, steps + 1, device=made.device, dtype=made.dtype) / (steps + 1)
        if before:
            line[:steps] *= slope
        if after:
            line[len(line) - steps :] *= slope.flip(0)
    return down[:, None] * across[None, :]
