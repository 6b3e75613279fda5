"""What covers each cell of a grid: the truth that text features are grounded in."""

import numpy as np
from numpy.typing import NDArray

from training.world.scene import Scene
from training.world.shapes import silhouette
from training.world.vocabulary import OBJECTS, PALETTE, PICTURE_SIZE, SIZES

CELLS = 8
"""Cells along each side."""
COLOUR_INDEX = {name: index for index, name in enumerate(PALETTE)}
OBJECT_INDEX = {name: index + 1 for index, name in enumerate(OBJECTS)}
"""Class 0 is the bare background."""


def coverage(scene: Scene) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shares of each cell covered by each object class [64, 13] and by each colour [64, 12]; rows sum to 1."""
    objects = np.zeros((len(OBJECTS) + 1, PICTURE_SIZE, PICTURE_SIZE), dtype=np.float32)
    colours = np.zeros((len(PALETTE), PICTURE_SIZE, PICTURE_SIZE), dtype=np.float32)
    objects[0] = 1.0
    colours[COLOUR_INDEX[scene.description.background]] = 1.0
    for item in scene.items:
        box = SIZES[item.thing.size]
        rows = slice(item.y - box // 2, item.y - box // 2 + box)
        columns = slice(item.x - box // 2, item.x - box // 2 + box)
        mask = silhouette(item.thing.object, box)
        objects[:, rows, columns] *= 1 - mask
        objects[OBJECT_INDEX[item.thing.object], rows, columns] += mask
        colours[:, rows, columns] *= 1 - mask
        colours[COLOUR_INDEX[item.thing.colour], rows, columns] += mask
    return _by_cell(objects), _by_cell(colours)


def _by_cell(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    step = PICTURE_SIZE // CELLS
    cells = shares.reshape(len(shares), CELLS, step, CELLS, step).mean(axis=(2, 4))
    return cells.reshape(len(shares), CELLS * CELLS).T.copy()
