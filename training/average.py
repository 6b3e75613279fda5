"""The moving average of weights that is looked at and shipped."""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn


@dataclass
class Average:
    """An exponential moving average with a short memory at first.

    Attributes:
        keep: share that stays in a step, once many have been taken.
        weights: the average by name; empty before the first step.
    """

    keep: float
    weights: dict[str, Tensor] = field(default_factory=dict[str, Tensor])

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Take one step's weights in; what is no fraction is taken as it is."""
        keep = min(self.keep, (1 + step) / (10 + step))
        for name, tensor in model.state_dict().items():
            if name not in self.weights:
                self.weights[name] = tensor.detach().clone()
            elif tensor.is_floating_point():
                self.weights[name].lerp_(tensor, 1 - keep)
            else:
                self.weights[name].copy_(tensor)
