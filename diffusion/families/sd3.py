"""Stable Diffusion 3 and 3.5 (Esser et al. 2024): text as tokens beside the picture's, and a pooled vector."""

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt

# CLIP-L's 768 and bigG's 1280 side by side.
_POOLED = 2048


class StableDiffusion3:
    """A transformer on a rectified flow; the process says what it is told of time."""

    name = "sd3"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Take token features and pooled vector; zeros where the encoders left no vector.

        Raises:
            ValueError: the features are those of another model.
        """
        sequence, wanted = prompt.sequence, frame.record.context_width
        if wanted is not None and sequence.shape[-1] != wanted:
            raise ValueError(
                f"{frame.record.title} reads text features {wanted} wide, and the prompt's are "
                f"{sequence.shape[-1]} wide: encode it with the text encoders that belong to this model."
            )
        pooled = prompt.options.get("pooled_output")
        return Conditioning(sequence, torch.zeros(sequence.shape[0], _POOLED) if pooled is None else pooled)

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Run the transformer."""
        return network(x, timesteps, conditioning.context, conditioning.y)
