"""Upsampling stages with an Efficient U-Net (Saharia et al. 2022): a small picture, noised, and perhaps text."""

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.small_picture import grown, level_of, small_picture, with_noise
from diffusion.networks.efficient_unet import EfficientUNet
from diffusion.processes.table import betas_for


class EfficientUpsampler:
    """Reads the small picture grown and noised, and is told the noise if it was trained so."""

    name = "efficient_unet"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Take text where the network attends to it; grow and noise the small picture."""
        level = level_of(prompt)
        picture = with_noise(grown(small_picture(prompt, frame), frame), level, betas_for(frame.record.noise), frame)
        extras = {"concat": picture, "level": torch.full((picture.shape[0],), level, device=frame.device)}
        reads_text = frame.record.context_width is not None
        pooled = prompt.options.get("pooled_output") if reads_text else None
        return Conditioning(prompt.sequence if reads_text else None, pooled, extras)

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Predict."""
        assert isinstance(network, EfficientUNet)
        return network(x, timesteps, conditioning.context, conditioning.y, conditioning.extras["level"])
