"""Pictures side by side: grids, X/Y plots, comparisons."""

from typing import Annotated

import torch

from diffusion.image.grid import GridLook, grid, side_by_side
from diffusion.image.resize import resize
from graph_engine.spec.sdk import Ge, Le, Multiline, Placeholder, Tooltip, node
from nodes.sockets import Image

Words = Annotated[str, Multiline(), Placeholder("One a line")]


@node(id="ImageGrid", title="Image grid", category="image/compare", aliases=("contact sheet", "tile", "montage"))
def image_grid(
    *,
    images: Image,
    columns: Annotated[int, Ge(0), Le(256), Tooltip("0 makes it about square")] = 0,
    gap: Annotated[int, Ge(0), Le(256)] = 8,
) -> Image:
    """Sets a batch of pictures into one."""
    return grid(images, columns or round(len(images) ** 0.5 + 0.499), look=GridLook(gap=gap))


@node(id="XYPlot", title="X/Y plot", category="image/compare", aliases=("grid", "sweep", "labels"))
def xy_plot(
    *,
    images: Annotated[Image, Tooltip("Row by row: every column of the first row, then the second …")],
    x_words: Annotated[Words, Tooltip("What stands above the columns, one a line; their number is the width")] = "",
    y_words: Annotated[Words, Tooltip("What stands left of the rows, one a line")] = "",
    gap: Annotated[int, Ge(0), Le(256)] = 8,
    letters: Annotated[int, Ge(8), Le(128), Tooltip("Height of the letters in pixels")] = 18,
) -> Image:
    """Sets pictures into a grid with words at its edges: how two settings act together."""
    above, beside = (text.splitlines() for text in (x_words, y_words))
    columns = len(above) or -(-len(images) // max(len(beside), 1))
    if len(images) > columns * max(len(beside), 1) and above and beside:
        raise ValueError(
            f"{len(images)} pictures do not fit {columns} columns and {len(beside)} rows: "
            "write one line for each column and each row."
        )
    return grid(images, columns, column_words=above, row_words=beside, look=GridLook(gap, letters))


@node(id="ImageCompare", title="Side by side", category="image/compare", aliases=("before", "after", "difference"))
def image_compare(*, image1: Image, image2: Image) -> Image:
    """Puts pictures next to each other. The second is brought to the size of the first."""
    height, width = image1.shape[1:3]
    second = resize(image2[..., :3].permute(0, 3, 1, 2), width, height, "bicubic").permute(0, 2, 3, 1)
    return side_by_side(image1[..., :3], second.clamp(0, 1))


@node(id="ImageDifference", title="Difference", category="image/compare", aliases=("compare", "error"))
def image_difference(
    *,
    image1: Image,
    image2: Image,
    gain: Annotated[float, Ge(1), Le(100), Tooltip("Makes faint differences seen")] = 4.0,
) -> Image:
    """Shows how far two pictures are apart, pixel by pixel: black is equal."""
    if image1.shape[1:3] != image2.shape[1:3]:
        raise ValueError("The pictures differ in size; resize one of them first.")
    count = max(len(image1), len(image2))
    rows = torch.arange(count)
    first, second = image1[rows % len(image1)][..., :3], image2[rows % len(image2)][..., :3]
    return ((first - second).abs() * gain).clamp(0, 1)
