"""The levels that adversarially distilled models were trained on (Sauer et al. 2023, "Adversarial Diffusion …")."""

import torch
from torch import Tensor

from diffusion.schedules.levels import Levels


def turbo(levels: Levels, steps: int, denoise: float = 1.0) -> Tensor:
    """Return the first `steps` of ten levels at even timesteps, begun later for a lower `denoise`, then 0."""
    first = 10 - int(10 * denoise)
    last = len(levels.sigmas)
    timesteps = (torch.arange(10, 0, -1) * (last // 10) - 1)[first : first + steps]
    return torch.cat([levels.sigmas[timesteps], torch.zeros(1)])
