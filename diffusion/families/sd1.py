"""Stable Diffusion 1 (Rombach et al. 2022): text features alone, and further channels for edits."""

from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.joined import joined_channels


def call_unet(network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
    """Run a latent-diffusion UNet; what a ControlNet adds travels as "residual.0", "residual.1" … in the extras."""
    residuals: list[Tensor] = []
    while f"residual.{len(residuals)}" in conditioning.extras:
        residuals.append(conditioning.extras[f"residual.{len(residuals)}"])
    return network(x, timesteps, conditioning.context, conditioning.y, residuals or None)


class StableDiffusion1:
    """Text to latent; also inpainting (nine channels) and InstructPix2Pix (eight, Brooks et al. 2023)."""

    name = "sd1"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Take the token features as they are."""
        return Conditioning(prompt.sequence, extras=joined_channels(prompt, frame))

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Run the UNet."""
        return call_unet(network, x, timesteps, conditioning)
