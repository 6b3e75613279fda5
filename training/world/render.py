"""Scenes to pictures."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.world.scene import Scene
from training.world.shapes import silhouette
from training.world.vocabulary import PALETTE, PICTURE_SIZE, SIZES


def render(scene: Scene) -> NDArray[np.uint8]:
    """Paint a scene: RGB [128, 128, 3], 0 to 255."""
    canvas = np.empty((PICTURE_SIZE, PICTURE_SIZE, 3), dtype=np.float32)
    canvas[:] = PALETTE[scene.description.background]
    for item in scene.items:
        box = SIZES[item.thing.size]
        mask = silhouette(item.thing.object, box)[..., None]
        left, top = item.x - box // 2, item.y - box // 2
        region = canvas[top : top + box, left : left + box]
        region += mask * (np.asarray(PALETTE[item.thing.colour], dtype=np.float32) - region)
    return np.rint(canvas).astype(np.uint8)


def render_image(scene: Scene) -> Image.Image:
    """Paint a scene as a Pillow picture."""
    return Image.fromarray(render(scene))
