"""Levels optimised for few steps (Sabour et al. 2024, "Align Your Steps"), as its authors published them."""

from collections.abc import Mapping

import torch
from torch import Tensor

ANCHORS: Mapping[str, tuple[float, ...]] = {
    "SD1": (14.6146, 6.4746, 3.8637, 2.6946, 1.8842, 1.3944, 0.9643, 0.6524, 0.3977, 0.1515, 0.0292),
    "SDXL": (14.6146, 6.3184, 3.7682, 2.1811, 1.3405, 0.8621, 0.5551, 0.3799, 0.2332, 0.1114, 0.0292),
    "SVD": (700.0, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002),
}


def align_your_steps(kind: str, steps: int) -> Tensor:
    """Return [steps + 1] levels, log-linear between the ten steps' of a kind of model, the last one 0."""
    anchors = torch.tensor(ANCHORS[kind], dtype=torch.float64).log()
    places = torch.linspace(0, len(anchors) - 1, steps + 1, dtype=torch.float64)
    low = places.floor().long().clamp(max=len(anchors) - 2)
    weight = places - low
    levels = torch.exp(anchors[low] * (1 - weight) + anchors[low + 1] * weight)
    levels[-1] = 0.0
    return levels.float()
