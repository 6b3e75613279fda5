"""DeepFloyd IF (2023), the published form of Imagen (Saharia et al. 2022): T5's features, and a small picture."""

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.small_picture import grown, level_of, small_picture, with_noise
from diffusion.networks.deepfloyd import DeepFloydUNet
from diffusion.processes.table import betas_for


class DeepFloyd:
    """All three stages; the second and third read a small picture, noised, and are told how noisy it is."""

    name = "deepfloyd"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Take T5's features as they are; grow and noise the small picture."""
        width = frame.record.context_width
        if width is not None and prompt.sequence.shape[-1] != width:
            raise ValueError(
                f"{frame.record.title} reads T5's features, {width} wide, and the prompt's are "
                f"{prompt.sequence.shape[-1]} wide: encode it with T5 (v1.1, XXL for the published weights)."
            )
        if frame.record.joined != "low_res":
            return Conditioning(prompt.sequence)
        level = level_of(prompt)
        picture = grown(small_picture(prompt, frame), frame, corners=True)
        noisy = with_noise(picture, level, betas_for(frame.record.noise), frame)
        extras = {"concat": noisy, "level": torch.full((noisy.shape[0],), level, device=frame.device)}
        return Conditioning(prompt.sequence, extras=extras)

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Read the text and predict noise and variance."""
        assert isinstance(network, DeepFloydUNet)
        assert conditioning.context is not None
        text = network.read(conditioning.context)
        if "level" in conditioning.extras:
            text = network.augment(text, conditioning.extras["level"])
        return network.steer(x, timesteps, text)
