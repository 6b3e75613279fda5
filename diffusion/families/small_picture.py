"""The small picture that an upsampling stage reads, and the noise on it.

Noise-conditioning augmentation (Ho et al. 2021, cascaded diffusion; Saharia et al. 2022, section 2.5): a stage that has
learned to read noisy pictures forgives what the stage before it got wrong, if it is told how noisy they are.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion.families.family import Frame, Prompt
from diffusion.schedules.forward import cumulative_alphas, noised

# Keeps the small picture's noise apart from the run's own, which is drawn from the same seed.
_OTHER_STREAM = 0x5EED_0F_5A11


def small_picture(prompt: Prompt, frame: Frame) -> Tensor:
    """Return the picture to enlarge [B, 3, h, w] in -1..1, in fp32 on the run's device.

    Raises:
        ValueError: there is none.
    """
    picture = prompt.options.get("concat_image")
    if picture is None:
        raise ValueError(
            f"{frame.record.title} enlarges a small picture and none was given. Wire one in with 'Upsample' or with "
            "'Upscale conditioning'."
        )
    return picture.to(frame.device, torch.float32)


def grown(picture: Tensor, frame: Frame, *, corners: bool = False) -> Tensor:
    """Grow a picture [B, C, h, w] to the run's size, bilinearly; `corners`: corner pixels stay in the corners."""
    size = (frame.shape[-2], frame.shape[-1])
    if picture.shape[-2:] == size:
        return picture
    return F.interpolate(picture, size, mode="bilinear", align_corners=corners)


def level_of(prompt: Prompt, steps: int = 1000) -> int:
    """Return the timestep of the noise that is asked for on the small picture, from a share 0..1 of the schedule."""
    share = float(prompt.options.get("noise_augmentation", 0.0))
    if not 0 <= share <= 1:
        raise ValueError(f"noise_augmentation is {share}; it is a share of the schedule, 0 to 1")
    return min(int(share * steps), steps - 1)


def with_noise(picture: Tensor, level: int, betas: Tensor, frame: Frame) -> Tensor:
    """Return the picture, for every row of the run, with the noise of a timestep, drawn on the CPU from the seed."""
    rows = picture.expand(frame.batch, -1, -1, -1) if picture.shape[0] == 1 else picture
    seeds = [((frame.seed + row) % 2**64) ^ _OTHER_STREAM for row in range(rows.shape[0])]
    noise = torch.stack([torch.randn(rows.shape[1:], generator=torch.Generator().manual_seed(seed)) for seed in seeds])
    levels = torch.full((rows.shape[0],), level)
    return noised(rows, noise.to(rows), cumulative_alphas(betas), levels)
