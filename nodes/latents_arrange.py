"""Latents: size, cut, turn, join and mix."""

from typing import Annotated, Any, cast

import torch
from torch import Tensor

from diffusion.image.mask import feather as fade
from diffusion.image.mask import paste, repeat_to
from diffusion.image.resize import CROPS, LATENT_METHODS, resize
from graph_engine.spec.sdk import Choices, Ge, Le, MultipleOf, Step, Tooltip, node
from nodes.pictures import MAX_SIDE
from nodes.sockets import Latent, Mask

FACTOR = 8
"""Pixels a cell, unless the latent says otherwise: the sizes of these nodes are in pixels of the picture to come."""

FLIPS = ("x-axis: vertically", "y-axis: horizontally")
TURNS = ("none", "90 degrees", "180 degrees", "270 degrees")
Pixels = Annotated[int, Ge(0), Le(MAX_SIDE), MultipleOf(8)]
Share = Annotated[float, Ge(0), Le(1), Step(0.01)]
Method = Annotated[str, Choices(LATENT_METHODS), Tooltip("How cells are made; bislerp keeps the spread of noise")]


@node(id="LatentUpscale", title="Resize latent", category="latent/size", aliases=("upscale", "hires"))
def latent_upscale(
    *,
    samples: Latent,
    upscale_method: Method = "nearest-exact",
    width: Annotated[Pixels, Tooltip("Of the picture, in pixels; 0 follows from the height")] = 512,
    height: Annotated[Pixels, Tooltip("Of the picture, in pixels; 0 follows from the width")] = 512,
    crop: Annotated[str, Choices(CROPS)] = "disabled",
) -> Latent:
    """Brings a latent to the size of a picture: the first half of painting large in two passes."""
    cells = samples["samples"]
    rows, columns = cells.shape[2:]
    if not width and not height:
        return samples
    wide, high = _cells(samples, width), _cells(samples, height)
    wide = wide or max(1, round(columns * high / rows))
    high = high or max(1, round(rows * wide / columns))
    return _with(samples, resize(cells, wide, high, upscale_method, crop))


@node(id="LatentUpscaleBy", title="Resize latent by factor", category="latent/size", aliases=("upscale", "hires"))
def latent_upscale_by(
    *,
    samples: Latent,
    upscale_method: Method = "nearest-exact",
    scale_by: Annotated[float, Ge(0.01), Le(8), Step(0.01)] = 1.5,
) -> Latent:
    """Makes a latent larger or smaller by a factor."""
    high, wide = (max(1, round(side * scale_by)) for side in samples["samples"].shape[2:])
    return _with(samples, resize(samples["samples"], wide, high, upscale_method))


@node(id="LatentCrop", title="Crop latent", category="latent/size", aliases=("cut",))
def latent_crop(*, samples: Latent, width: Pixels = 512, height: Pixels = 512, x: Pixels = 0, y: Pixels = 0) -> Latent:
    """Cuts a part out of a latent; sizes and places are in pixels of the picture."""
    cells = samples["samples"]
    rows, columns = cells.shape[2:]
    wide, high = max(1, _cells(samples, width)), max(1, _cells(samples, height))
    left, top = min(_cells(samples, x), columns - 1), min(_cells(samples, y), rows - 1)
    return _with(samples, cells[:, :, top : top + high, left : left + wide].clone())


@node(id="LatentFlip", title="Flip latent", category="latent/size", aliases=("mirror",))
def latent_flip(*, samples: Latent, flip_method: Annotated[str, Choices(FLIPS)] = FLIPS[0]) -> Latent:
    """Mirrors a latent."""
    return _with(samples, samples["samples"].flip(2 if flip_method.startswith("x") else 3))


@node(id="LatentRotate", title="Turn latent", category="latent/size", aliases=("rotate",))
def latent_rotate(*, samples: Latent, rotation: Annotated[str, Choices(TURNS)] = TURNS[0]) -> Latent:
    """Turns a latent clockwise."""
    turns = TURNS.index(rotation)
    return _with(samples, samples["samples"].rot90(turns, dims=(3, 2)))


@node(id="LatentBatch", title="Join latents", category="latent/batch", aliases=("append",))
def latent_batch(*, samples1: Latent, samples2: Latent) -> Latent:
    """Puts two batches of latents into one. The second is brought to the size of the first."""
    first, second = samples1["samples"], samples2["samples"]
    _same_channels(first, second)
    second = resize(second, first.shape[3], first.shape[2], "bilinear", "center")
    indices = [*_indices(samples1), *_indices(samples2)]
    return cast("Latent", {**samples1, "samples": torch.cat([first, second]), "batch_index": indices})


@node(id="RepeatLatentBatch", title="Repeat latents", category="latent/batch", aliases=("batch",))
def repeat_latent_batch(*, samples: Latent, amount: Annotated[int, Ge(1), Le(4096)] = 1) -> Latent:
    """Repeats a batch of latents; each copy gets noise of its own."""
    indices = _indices(samples)
    reach = max(indices) - min(indices) + 1
    more: dict[str, Any] = {"batch_index": [index + reach * round_ for round_ in range(amount) for index in indices]}
    mask = cast("dict[str, Any]", samples).get("noise_mask")
    if mask is not None and len(mask) > 1:
        more["noise_mask"] = repeat_to(mask, len(indices)).repeat(amount, *[1] * (mask.ndim - 1))
    return cast("Latent", {**samples, "samples": samples["samples"].repeat(amount, 1, 1, 1), **more})


@node(id="LatentFromBatch", title="Pick latents", category="latent/batch", aliases=("select", "slice"))
def latent_from_batch(
    *,
    samples: Latent,
    batch_index: Annotated[int, Ge(0), Le(4095)] = 0,
    length: Annotated[int, Ge(1), Le(4096)] = 1,
) -> Latent:
    """Takes some latents out of a batch. They keep the noise they had in it."""
    cells = samples["samples"]
    start = min(batch_index, len(cells) - 1)
    chosen = slice(start, start + length)
    picked: dict[str, Any] = {**samples, "samples": cells[chosen].clone(), "batch_index": _indices(samples)[chosen]}
    mask = picked.get("noise_mask")
    if mask is not None and len(mask) > 1:
        picked["noise_mask"] = repeat_to(mask, len(cells))[chosen].clone()
    return cast("Latent", picked)


@node(id="LatentComposite", title="Lay latent over", category="latent/join", aliases=("paste",))
def latent_composite(
    *,
    samples_to: Latent,
    samples_from: Latent,
    x: Pixels = 0,
    y: Pixels = 0,
    feather: Annotated[Pixels, Tooltip("Over how many pixels the two blend at the inner edges")] = 0,
) -> Latent:
    """Lays one latent over another at a place, in pixels of the picture."""
    below, above = samples_to["samples"], samples_from["samples"]
    _same_channels(below, above)
    left, top, soft = (_cells(samples_to, value) for value in (x, y, feather))
    rows, columns = above.shape[2:]
    edges = (
        soft if left else 0,
        soft if top else 0,
        soft if left + columns < below.shape[3] else 0,
        soft if top + rows < below.shape[2] else 0,
    )
    return _with(samples_to, paste(below, above, left, top, fade(torch.ones(1, rows, columns), *edges)))


@node(id="LatentCompositeMasked", title="Lay latent over, masked", category="latent/join", aliases=("paste",))
def latent_composite_masked(
    *,
    destination: Latent,
    source: Latent,
    x: Pixels = 0,
    y: Pixels = 0,
    resize_source: bool = False,
    mask: Mask | None = None,
) -> Latent:
    """Lays one latent over another where a mask says."""
    below, above = destination["samples"], source["samples"]
    _same_channels(below, above)
    if resize_source:
        above = resize(above, below.shape[3], below.shape[2], "bilinear")
    return _with(destination, paste(below, above, _cells(destination, x), _cells(destination, y), mask))


@node(id="LatentBlend", title="Blend latents", category="latent/join", aliases=("mix",))
def latent_blend(
    *, samples1: Latent, samples2: Latent, blend_factor: Annotated[Share, Tooltip("Share of the first latent")] = 0.5
) -> Latent:
    """Mixes two latents: `blend_factor` of the first, the rest of the second, as ComfyUI has it."""
    first, second = _pair(samples1, samples2)
    return _with(samples1, first * blend_factor + second * (1 - blend_factor))


@node(id="LatentAdd", title="Add latents", category="latent/join", experimental=True)
def latent_add(*, samples1: Latent, samples2: Latent) -> Latent:
    """Adds two latents."""
    first, second = _pair(samples1, samples2)
    return _with(samples1, first + second)


@node(id="LatentSubtract", title="Subtract latents", category="latent/join", experimental=True)
def latent_subtract(*, samples1: Latent, samples2: Latent) -> Latent:
    """Takes the second latent away from the first."""
    first, second = _pair(samples1, samples2)
    return _with(samples1, first - second)


@node(id="LatentMultiply", title="Multiply latent", category="latent/join", experimental=True)
def latent_multiply(*, samples: Latent, multiplier: Annotated[float, Ge(-10), Le(10), Step(0.01)] = 1.0) -> Latent:
    """Multiplies a latent by a number: less makes the start calmer, more makes it wilder."""
    return _with(samples, samples["samples"] * multiplier)


def _pair(first: Latent, second: Latent) -> tuple[Tensor, Tensor]:
    """The cells of both, the second at the size and number of the first."""
    below, above = first["samples"], second["samples"]
    _same_channels(below, above)
    above = resize(above, below.shape[3], below.shape[2], "bicubic", "center")
    return below, repeat_to(above, len(below))


def _same_channels(first: Tensor, second: Tensor) -> None:
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"These latents come from different kinds of model: one has {first.shape[1]} channels, the other "
            f"{second.shape[1]}. Encode both with the same autoencoder."
        )


def _indices(latent: Latent) -> list[int]:
    stated = cast("dict[str, Any]", latent).get("batch_index")
    return list(stated) if stated is not None else list(range(len(latent["samples"])))


def _cells(latent: Latent, pixels: int) -> int:
    return pixels // int(cast("dict[str, Any]", latent).get("factor", FACTOR))


def _with(latent: Latent, samples: Tensor) -> Latent:
    """The latent with new cells; a mask on it is brought to size where it is used."""
    return cast("Latent", {**latent, "samples": samples})
