"""How much the error of each cell of a latent weighs in training."""

import numpy as np
import torch
from torch import Tensor

from training.world.scene import Scene
from training.world.vocabulary import PICTURE_SIZE, SIZES

CELLS = PICTURE_SIZE // 8
CARE = 3.0
"""How much more the cells of the smallest things weigh than the bare ground."""


def care_of(scene: Scene) -> Tensor:
    """What the error of each cell weighs [1, 16, 16], 1 on the mean.

    It weighs more under things, and most under small ones, whose shape few cells decide.
    """
    weights = np.ones((CELLS, CELLS), dtype=np.float32)
    for item in scene.items:
        box = SIZES[item.thing.size]
        rows, columns = (slice((at - box // 2) // 8, -(-(at + box // 2) // 8)) for at in (item.y, item.x))
        weights[rows, columns] = 1 + CARE * (SIZES["small"] / box) ** 1.5
    if scene.word_at is not None:
        x, y = scene.word_at
        weights[(y - 14) // 8 : -(-(y + 14) // 8), (x - 34) // 8 : -(-(x + 34) // 8)] = 1 + CARE
    return torch.from_numpy(weights / weights.mean())[None]
