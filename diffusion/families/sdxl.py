"""Stable Diffusion XL (Podell et al. 2023): two encoders' features, and a vector of sizes."""

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.joined import joined_channels
from diffusion.families.sd1 import call_unet
from diffusion.networks.micro_conditioning import size_vector


def pooled_of(prompt: Prompt, width: int = 1280) -> Tensor:
    """Return the pooled text features; zeros where an encoder left none. Raises ValueError for those of another."""
    pooled = prompt.options.get("pooled_output")
    if pooled is None:
        return prompt.sequence.new_zeros(prompt.sequence.shape[0], width)
    if pooled.shape[-1] != width:
        raise ValueError(
            f"This model needs pooled text features {width} wide, and the prompt's are {pooled.shape[-1]} wide: "
            "encode it with the text encoders that belong to this model."
        )
    return pooled


def numbers_of(prompt: Prompt, *names_and_defaults: tuple[str, float]) -> Tensor:
    """Return the prompt's numbers [1, N] in the order of the names."""
    values = [float(prompt.options.get(name, default)) for name, default in names_and_defaults]
    return torch.tensor([values], device=prompt.sequence.device).expand(prompt.sequence.shape[0], -1)


class StableDiffusionXL:
    """The base model, its inpainting form and everything distilled from it."""

    name = "sdxl"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Put the pooled features, the original size, the crop and the target size (pixels) into the vector."""
        height, width = frame.pixel_size
        options = prompt.options
        numbers = numbers_of(
            prompt,
            ("height", height),
            ("width", width),
            ("crop_h", 0),
            ("crop_w", 0),
            ("target_height", options.get("height", height)),
            ("target_width", options.get("width", width)),
        )
        vector = size_vector(pooled_of(prompt), numbers)
        return Conditioning(prompt.sequence, vector, joined_channels(prompt, frame))

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Run the UNet."""
        return call_unet(network, x, timesteps, conditioning)
