"""Stable Diffusion's x4 upscaler: text, a small noisy picture beside the latent, and how noisy it is as a class."""

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.sd1 import call_unet
from diffusion.families.small_picture import grown, level_of, small_picture, with_noise
from diffusion.processes.table import betas_for

MOST_NOISE = 350
"""Noise was put on small pictures up to this timestep in training."""


class X4Upscaler:
    """Four times the size, at a latent as large as the small picture."""

    name = "x4_upscaler"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Noise the small picture by `noise_augmentation` (0..1 of the most it was trained on)."""
        level = level_of(prompt, MOST_NOISE + 1)
        picture = grown(small_picture(prompt, frame), frame)
        noisy = with_noise(picture, level, betas_for(frame.record.noise), frame)
        level_ids = torch.full((noisy.shape[0],), level, device=frame.device)
        return Conditioning(prompt.sequence, level_ids, {"concat": noisy})

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Run the UNet."""
        return call_unet(network, x, timesteps, conditioning)
