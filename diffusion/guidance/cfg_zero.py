"""CFG-Zero* (Fan et al. 2025): the negative prediction scaled to fit the positive one best."""

from dataclasses import dataclass

from torch import Tensor

from diffusion.guidance.piece import Moment, Piece
from diffusion.guidance.rescale import denoised_by, velocity


@dataclass(frozen=True)
class OptimisedScale(Piece):
    """Guides from s·negative with the s that brings it nearest to the positive velocity (equation 7)."""

    def combine(self, moment: Moment) -> Tensor | None:
        """Return the combined prediction."""
        if moment.negative is None:
            return None
        towards, away = velocity(moment, moment.positive), velocity(moment, moment.negative)
        axes = tuple(range(1, towards.ndim))
        best = (towards * away).sum(axes, keepdim=True) / away.square().sum(axes, keepdim=True).clamp(min=1e-8)
        return denoised_by(moment, best * away + moment.scale * (towards - best * away))
