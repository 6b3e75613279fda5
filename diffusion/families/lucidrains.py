"""The decoder of lucidrains' DALL·E 2: one UNet a size, each steered by the image embedding (Ramesh et al. 2022)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.image_embedding import mixed_embedding
from diffusion.families.small_picture import level_of, small_picture, with_noise
from diffusion.networks.lucidrains_unet import LucidrainsSteering, LucidrainsUNet
from diffusion.processes.table import betas_for


class Lucidrains:
    """The first UNet paints; each further one reads the picture before it, grown, and may be told of noise on it."""

    name = "lucidrains"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Hand on the image embedding and the text; without an embedding neither: the network has learned nothing."""
        width = frame.record.embedding_width
        image = mixed_embedding(prompt, width, frame) if width else None
        extras: dict[str, Tensor] = {} if image is None else {"image": image}
        context: Tensor | None = None
        if frame.record.context_width is not None and (image is not None or not width):
            context = prompt.sequence
            mask = prompt.options.get("attention_mask")
            extras |= {} if mask is None else {"mask": mask.bool()}
        if frame.record.joined == "low_res":
            small = F.interpolate(small_picture(prompt, frame), frame.shape[-2:], mode="bicubic", antialias=True)
            level = level_of(prompt)
            noisy = with_noise(small, level, betas_for(frame.record.noise), frame) if level else small
            extras |= {"small": noisy, "level": torch.full((frame.batch,), level, device=frame.device)}
        return Conditioning(context, extras=extras)

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Predict noise (and variance)."""
        assert isinstance(network, LucidrainsUNet)
        extras = conditioning.extras
        steering = LucidrainsSteering(
            image=extras.get("image"),
            sequence=conditioning.context,
            mask=extras.get("mask"),
            small=extras.get("small"),
            noise_level=extras.get("level"),
        )
        return network(x, timesteps, steering)
