"""Which timesteps a training step of a rectified flow draws: more of the middle, which is harder to learn.

Esser et al. 2024, section 3.1. Times run from 0 (the picture) to 1 (noise).
"""

import math
from typing import Literal, get_args

import torch
from torch import Tensor

Density = Literal["uniform", "logit-normal", "mode", "cosmap"]
DENSITIES: tuple[Density, ...] = get_args(Density)


def draw_times(
    density: Density, count: int, generator: torch.Generator, *, mean: float = 0.0, spread: float = 1.0
) -> Tensor:
    """Draw times in 0..1.

    Args:
        density: "uniform"; "logit-normal", whose logit is normal; "mode", with a bump in the middle; "cosmap", which
            makes the log of the signal-to-noise ratio that of the cosine schedule.
        count: how many.
        generator: on the CPU.
        mean: of the logit; above 0 favours noise.
        spread: deviation of the logit, or the height of "mode", where -1 to about 1.75 is allowed.

    Returns:
        [count] float64.

    Raises:
        ValueError: a height of "mode" beyond which times would not rise with what is drawn.
    """
    even = torch.rand(count, generator=generator, dtype=torch.float64)
    if density == "uniform":
        return even
    if density == "logit-normal":
        return torch.sigmoid(mean + spread * torch.randn(count, generator=generator, dtype=torch.float64))
    if density == "cosmap":
        return 1 - 1 / (torch.tan(even * math.pi / 2) + 1)
    highest = 2 / (math.pi - 2)
    if not -1 <= spread <= highest:
        raise ValueError(f"The density 'mode' takes a spread between -1 and {highest:.2f}, not {spread:g}.")
    return 1 - even - spread * (torch.cos(even * math.pi / 2).square() - 1 + even)
