"""From conditionings as nodes pass them on to entries that a run can predict under."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion.conditioning import Guide
from diffusion.families.family import Family, Frame, Prompt
from diffusion.guidance.entry import Area, Entry
from diffusion.processes.process import Process

Pairs = Sequence[tuple[Tensor, Mapping[str, Any]]]

# Areas travel in cells of the first Stable Diffusion's latent.
_AREA_CELL = 8


def fitted_mask(mask: Tensor, frame: Frame) -> Tensor:
    """Bring a mask [H, W], [B, H, W] or [B, 1, H, W] of any size to [B, 1, h, w] of the latent, bilinearly."""
    mask = mask.reshape(-1, 1, *mask.shape[-2:]).to(frame.device, torch.float32)
    if mask.shape[-2:] != frame.shape[-2:]:
        mask = F.interpolate(mask, frame.shape[-2:], mode="bilinear")
    return mask


def _area(value: Sequence[Any] | None, frame: Frame) -> Area | None:
    """Read (height, width, y, x) in cells of 8 pixels, or ("percentage", height, width, y, x) in shares."""
    if value is None:
        return None
    height, width = frame.shape[-2:]
    if value[0] == "percentage":
        shares = [float(part) for part in value[1:]]
        sizes = (height, width, height, width)
        cells = [round(share * size) for share, size in zip(shares, sizes, strict=True)]
    else:
        factor = frame.record.latent.factor
        cells = [int(part) * _AREA_CELL // factor for part in value]
    top, left = min(cells[2], height - 1), min(cells[3], width - 1)
    return Area(top, left, max(1, min(cells[0], height - top)), max(1, min(cells[1], width - left)))


def _bounds(mask: Tensor) -> Area | None:
    """Return the smallest area that holds all of a mask [B, 1, h, w]; None for an empty one."""
    rows, columns = mask.amax(dim=(0, 1, 3)).nonzero(), mask.amax(dim=(0, 1, 2)).nonzero()
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    return Area(top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1)


def _entry(prompt: Prompt, frame: Frame, family: Family, process: Process, guide: Guide | None) -> Entry:
    options = prompt.options
    area, mask, strength = _area(options.get("area"), frame), None, float(options.get("strength", 1.0))
    if options.get("mask") is not None:
        mask = fitted_mask(options["mask"], frame) * float(options.get("mask_strength", 1.0))
        if area is None and options.get("set_area_to_bounds"):
            area = _bounds(mask)
    conditioning = family.condition(prompt, frame)
    if guide is not None:
        conditioning = replace(conditioning, guide=guide)
    return Entry(
        conditioning.to(frame.device, frame.dtype),
        area,
        mask,
        strength,
        process.sigma_at(float(options.get("start_percent", 0.0))),
        process.sigma_at(float(options.get("end_percent", 1.0))),
    )


def prepared(
    pairs: Pairs, frame: Frame, family: Family, process: Process, guides: Sequence[Guide | None] = ()
) -> list[Entry]:
    """Return an entry for each conditioning.

    Args:
        pairs: token features [B, T, width], each with its options under ComfyUI's keys: area, strength, mask,
            mask_strength, set_area_to_bounds, start_percent, end_percent, and those that the family reads.
        frame, family, process: of the run.
        guides: what works beside the network for each conditioning, or None; see `guides_for`.

    Raises:
        ValueError: what the family needs is not there.
    """
    found = list(guides) or [None] * len(pairs)
    return [
        _entry(Prompt(sequence.to(frame.device), options), frame, family, process, guide)
        for (sequence, options), guide in zip(pairs, found, strict=True)
    ]
