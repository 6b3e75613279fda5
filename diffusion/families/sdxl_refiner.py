"""The refiner of Stable Diffusion XL (Podell et al. 2023, section 2.5): one encoder, and how good the picture is."""

from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.sd1 import call_unet
from diffusion.families.sdxl import numbers_of, pooled_of
from diffusion.networks.micro_conditioning import size_vector

# Ratings of the aesthetic predictor that its training data was marked with: what is asked for, and what is avoided.
GOOD, BAD = 6.0, 2.5
# It was trained on the larger encoder's features alone, which come last where both are given.
_CONTEXT_WIDTH = 1280


class StableDiffusionXLRefiner:
    """Takes over for the last part of a run of the base model."""

    name = "sdxl_refiner"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Put the pooled features, the original size, the crop and a rating into the vector."""
        height, width = frame.pixel_size
        numbers = numbers_of(
            prompt,
            ("height", height),
            ("width", width),
            ("crop_h", 0),
            ("crop_w", 0),
            ("aesthetic_score", GOOD if frame.positive else BAD),
        )
        return Conditioning(prompt.sequence[..., -_CONTEXT_WIDTH:], size_vector(pooled_of(prompt), numbers))

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Run the UNet."""
        return call_unet(network, x, timesteps, conditioning)
