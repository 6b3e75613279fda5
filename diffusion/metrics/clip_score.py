"""How well pictures and sentences go together, as CLIP sees them."""

import torch
from torch import Tensor


def likeness(images: Tensor, texts: Tensor) -> Tensor:
    """Return the cosine of every picture embedding [N, D] with every text embedding [M, D]: [N, M] (Radford 2021)."""
    pictures = torch.nn.functional.normalize(images.double(), dim=1)
    sentences = torch.nn.functional.normalize(texts.double(), dim=1)
    return pictures @ sentences.T


def clip_score(images: Tensor, texts: Tensor, weight: float = 2.5) -> Tensor:
    """Return w·max(cos, 0) of each picture [N, D] with its sentence [N, D] or [1, D]: [N] (Hessel et al. 2021, §3)."""
    if len(texts) not in (1, len(images)):
        raise ValueError(
            f"{len(images)} pictures were given {len(texts)} sentences; give one for each, or one for all."
        )
    cosines = likeness(images, texts)
    own = cosines[:, 0] if len(texts) == 1 else cosines.diagonal()
    return weight * own.clamp_min(0)
