"""Guided diffusion (Dhariwal & Nichol 2021): a class or nothing, and perhaps a small picture to enlarge."""

from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.small_picture import grown, small_picture


class GuidedDiffusion:
    """Pictures of one kind or of a thousand classes."""

    name = "adm"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Take the class ids [1 or B]; grow the small picture."""
        extras: dict[str, Tensor] = {}
        if frame.record.joined == "low_res":
            extras["concat"] = grown(small_picture(prompt, frame), frame)
        return Conditioning(None, prompt.options.get("class_label"), extras)

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Predict noise and variance."""
        return network(x, timesteps, None, conditioning.y)
