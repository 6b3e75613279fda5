"""Stable Diffusion 1 (Rombach et al. 2022): text features alone, and further channels for edits."""

from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.joined import joined_channels


def _numbered(conditioning: Conditioning, name: str) -> list[Tensor] | None:
    found: list[Tensor] = []
    while f"{name}.{len(found)}" in conditioning.extras:
        found.append(conditioning.extras[f"{name}.{len(found)}"])
    return found or None


def call_unet(network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
    """Run a latent-diffusion UNet.

    In the extras, what a ControlNet adds travels as "residual.0", "residual.1" …, a T2I-Adapter's as "feature.0" …
    """
    residuals, features = _numbered(conditioning, "residual"), _numbered(conditioning, "feature")
    return network(x, timesteps, conditioning.context, conditioning.y, residuals, features)


class StableDiffusion1:
    """Text to latent; also inpainting (nine channels) and InstructPix2Pix (eight, Brooks et al. 2023)."""

    name = "sd1"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Take the token features as they are."""
        return Conditioning(prompt.sequence, extras=joined_channels(prompt, frame))

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Run the UNet."""
        return call_unet(network, x, timesteps, conditioning)
