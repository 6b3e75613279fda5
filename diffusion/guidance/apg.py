"""Adaptive projected guidance (Sadat et al. 2024): high scales without oversaturation."""

from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.guidance.piece import Moment, Piece
from diffusion.processes.process import Process


@dataclass(frozen=True)
class ProjectedGuidance(Piece):
    """Weakens the part of the guidance that is parallel to the positive prediction, which saturates.

    Attributes:
        parallel: weight of the parallel part (η); 1 keeps it.
        longest: limit on the norm of the guidance (r); 0 for none.
        momentum: weight of earlier steps (β); the paper's are negative.
    """

    parallel: float = 1.0
    longest: float = 5.0
    momentum: float = 0.0

    def begin(self, process: Process) -> Piece:
        """Return a copy that remembers the steps of one run."""
        return _Running(self)


class _Running(Piece):
    def __init__(self, settings: ProjectedGuidance) -> None:
        self._settings = settings
        self._average: Tensor | None = None

    def combine(self, moment: Moment) -> Tensor | None:
        """Return the combined prediction (algorithm 1)."""
        settings, positive, negative = self._settings, moment.positive, moment.negative
        if negative is None:
            return None
        axes = tuple(range(1, positive.ndim))
        difference = positive - negative
        if settings.momentum and self._average is not None:
            difference = difference + settings.momentum * self._average
        self._average = difference
        if settings.longest > 0:
            norm = torch.linalg.vector_norm(difference, dim=axes, keepdim=True)
            difference = difference * (settings.longest / norm.clamp(min=1e-8)).clamp(max=1)
        unit = positive / torch.linalg.vector_norm(positive, dim=axes, keepdim=True).clamp(min=1e-8)
        along = (difference * unit).sum(axes, keepdim=True) * unit
        return positive + (moment.scale - 1) * (difference - along + settings.parallel * along)
