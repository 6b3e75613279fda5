"""Many rendered scenes at once, for stages that read pictures."""

from itertools import islice

import numpy as np
import torch
from torch import Tensor

from training.world.render import render
from training.world.scene import Scene
from training.world.split import scenes
from training.world.vocabulary import PICTURE_SIZE


def draw_scenes(count: int, seed: int, *, held_out: bool) -> list[Scene]:
    """The first `count` scenes of a stream."""
    return list(islice(scenes(seed, held_out=held_out), count))


def render_all(drawn: list[Scene], size: int = PICTURE_SIZE) -> Tensor:
    """Paint scenes: uint8 [N, 3, size, size]."""
    return torch.from_numpy(np.stack([render(scene, size) for scene in drawn])).permute(0, 3, 1, 2).contiguous()


def to_unit_range(pictures: Tensor) -> Tensor:
    """From uint8 0..255 to float -1..1, channels last."""
    return (pictures.float() / 127.5 - 1.0).to(memory_format=torch.channels_last)
