"""Latent diffusion's own models (Rombach et al. 2022): tokens of any kind, and further channels of any kind."""

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.joined import fitted
from diffusion.families.small_picture import small_picture


def _inpainting(prompt: Prompt, frame: Frame) -> Tensor:
    """Return the masked latent and then the mask in -1..1: neither order nor range is Stable Diffusion's."""
    latent, mask = prompt.options.get("concat_latent_image"), prompt.options.get("concat_mask")
    if latent is None or mask is None:
        raise ValueError(
            f"{frame.record.title} repairs pictures: wire one in, with its mask, by 'LDM inpaint conditioning'."
        )
    mask = (mask if mask.ndim == 4 else mask.unsqueeze(1)).to(frame.device, torch.float32)
    # Nearest neighbour, as in the published script: the mask stays a mask.
    mask = nn.functional.interpolate(mask, frame.shape[-2:], mode="nearest")
    latent = fitted(frame.record.latent.into_denoiser(latent), frame)
    return torch.cat([latent, (mask * 2 - 1).expand(latent.shape[0], -1, -1, -1)], dim=1)


def _map(prompt: Prompt, frame: Frame) -> Tensor:
    found = prompt.options.get("concat_map")
    if found is None:
        raise ValueError(f"{frame.record.title} paints by a map of labels: wire one in with 'Semantic map'.")
    return fitted(found, frame)


def _upscaling(prompt: Prompt, frame: Frame) -> Tensor:
    return fitted(small_picture(prompt, frame), frame)


_CHANNELS = {"inpaint": _inpainting, "picture": _map, "low_res": _upscaling}


class LatentDiffusion:
    """Text, classes, layouts, neighbours (all of them tokens), maps, small pictures, or nothing at all."""

    name = "ldm"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Take the tokens, where the network attends to any, and build the further channels."""
        width, joined = frame.record.context_width, frame.record.joined
        if width is not None and prompt.sequence.shape[-1] != width:
            raise ValueError(
                f"{frame.record.title} attends to tokens {width} wide, and these are {prompt.sequence.shape[-1]} wide: "
                "encode them with the encoder that came with the model."
            )
        extras = {"concat": _CHANNELS[joined](prompt, frame)} if joined in _CHANNELS else {}
        return Conditioning(None if width is None else prompt.sequence, extras=extras)

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Run the UNet."""
        return network(x, timesteps, conditioning.context)
