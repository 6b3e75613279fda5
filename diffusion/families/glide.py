"""GLIDE (Nichol et al. 2021): the UNet's own text transformer, a picture to repair, a picture to enlarge."""

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.joined import fitted
from diffusion.families.small_picture import grown, small_picture


def _known(prompt: Prompt, frame: Frame) -> Tensor:
    """Return what is kept of the picture, and the mask that says where: 1 is kept, the reverse of everyone else's."""
    mask = prompt.options.get("concat_mask", frame.mask)
    picture = prompt.options.get("concat_latent_image", frame.latent)
    if mask is None or picture is None:
        return torch.zeros(1, frame.shape[1] + 1, *frame.shape[-2:], device=frame.device)
    mask = mask if mask.ndim == 4 else mask.unsqueeze(1)
    kept = 1 - fitted(mask, frame).round()
    picture = fitted(picture, frame)
    rows = max(kept.shape[0], picture.shape[0])
    return torch.cat([picture * kept, kept.expand(rows, -1, -1, -1)], dim=1)


class Glide:
    """Base, upsampler, and either of them for inpainting."""

    name = "glide"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Take the text as GLIDE's own transformer read it (see `GlideUNet.read`): sequence and vector."""
        vector = prompt.options.get("pooled_output")
        width = frame.record.context_width
        if vector is None or (width is not None and prompt.sequence.shape[-1] != width):
            raise ValueError("GLIDE reads words with a transformer of its own: encode the prompt with 'GLIDE prompt'.")
        parts: list[Tensor] = []
        if frame.record.joined in ("inpaint", "low_res_inpaint"):
            parts.append(_known(prompt, frame))
        if frame.record.joined in ("low_res", "low_res_inpaint"):
            parts.append(grown(small_picture(prompt, frame), frame))
        if not parts:
            return Conditioning(prompt.sequence, vector)
        rows = max(part.shape[0] for part in parts)
        return Conditioning(
            prompt.sequence, vector, {"concat": torch.cat([part.expand(rows, -1, -1, -1) for part in parts], dim=1)}
        )

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Predict noise and variance."""
        return network(x, timesteps, conditioning.context, conditioning.y)
