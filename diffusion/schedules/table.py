"""The spacings by the names people know them by, and the part of a run that a denoising strength leaves."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from diffusion.schedules.beta import beta
from diffusion.schedules.exponential import exponential
from diffusion.schedules.karras import karras
from diffusion.schedules.kl_optimal import kl_optimal
from diffusion.schedules.levels import Levels
from diffusion.schedules.linear_quadratic import linear_quadratic
from diffusion.schedules.normal import normal, sgm_uniform
from diffusion.schedules.polyexponential import polyexponential
from diffusion.schedules.simple import ddim_uniform, simple

Spacing = Callable[[Levels, int], Tensor]

SCHEDULES: Mapping[str, Spacing] = {
    "normal": normal,
    "karras": karras,
    "exponential": exponential,
    "simple": simple,
    "sgm_uniform": sgm_uniform,
    "ddim_uniform": ddim_uniform,
    "beta": beta,
    "linear_quadratic": linear_quadratic,
    "kl_optimal": kl_optimal,
    "polyexponential": polyexponential,
}


def sigmas_for(
    name: str, levels: Levels, steps: int, denoise: float = 1.0, *, drop_penultimate: bool = False
) -> Tensor:
    """Return the noise levels of a run, largest first, ending in 0.

    Args:
        name: a key of `SCHEDULES`.
        levels: the model's.
        steps: number of steps, 1 or more.
        denoise: how much of the whole way from noise to picture is gone. Below 1, a longer run of
            ⌊steps / denoise⌋ steps is laid out and its last `steps` are kept, so that the number of steps stays.
        drop_penultimate: lay out one step more, and leave out the level before the last.

    Returns:
        [steps + 1] float32 on the CPU (`ddim_uniform` may give one more); empty when `denoise` is 0 or less.

    Raises:
        ValueError: unknown name, or no steps.
    """
    if name not in SCHEDULES:
        raise ValueError(f"there is no schedule named {name!r}; use one of {', '.join(SCHEDULES)}")
    if steps < 1:
        raise ValueError(f"a run needs at least 1 step, not {steps}")
    if denoise <= 0:
        return torch.zeros(0)
    whole = steps if denoise > 0.9999 else int(steps / denoise)
    sigmas = SCHEDULES[name](levels, whole + 1 if drop_penultimate else whole)
    if drop_penultimate:
        sigmas = torch.cat([sigmas[:-2], sigmas[-1:]])
    return sigmas if denoise > 0.9999 else sigmas[-(steps + 1) :]
