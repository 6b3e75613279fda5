"""Further channels that a network reads beside the noisy latent."""

import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion.families.family import Frame, Prompt

# A grey picture through the first Stable Diffusion's autoencoder, scaled: what inpainting models saw where nothing is.
GREY = (0.8223, -0.6876, 0.6364, 0.1380)


def fitted(tensor: Tensor, frame: Frame) -> Tensor:
    """Resize [B, C, h, w] to the latent's size, bilinearly, on its device, in fp32."""
    tensor = tensor.to(frame.device, torch.float32)
    if tensor.shape[-2:] != frame.shape[-2:]:
        tensor = F.interpolate(tensor, frame.shape[-2:], mode="bilinear", antialias=tensor.shape[-1] > frame.shape[-1])
    return tensor


def _picture(prompt: Prompt, frame: Frame) -> Tensor | None:
    """Return the latent of the picture that is worked on, as the denoiser scales it."""
    given = prompt.options.get("concat_latent_image")
    if given is None:
        return frame.latent
    return fitted(frame.record.latent.into_denoiser(given), frame)


def _mask(prompt: Prompt, frame: Frame) -> Tensor | None:
    given = prompt.options.get("concat_mask")
    if given is None:
        return frame.mask
    mask = given if given.ndim == 4 else given.unsqueeze(1)
    return fitted(mask, frame)


def _grey(frame: Frame) -> Tensor:
    channels = frame.record.latent.channels
    if channels != len(GREY):
        return torch.zeros(1, channels, *frame.shape[-2:], device=frame.device)
    return torch.tensor(GREY, device=frame.device).reshape(1, -1, 1, 1).expand(-1, -1, *frame.shape[-2:])


def _inpainting(prompt: Prompt, frame: Frame) -> Tensor:
    """Return mask (1 is repainted) and masked latent, in this order; without a picture, everything is repainted."""
    mask, picture = _mask(prompt, frame), _picture(prompt, frame)
    if mask is None or picture is None:
        return torch.cat([torch.ones(1, 1, *frame.shape[-2:], device=frame.device), _grey(frame)], dim=1)
    mask = mask.round()
    if prompt.options.get("concat_latent_image") is None:
        # The run's own latent was not masked in pixels: what is to be repainted is greyed here.
        picture = picture * (1 - mask) + _grey(frame) * mask
    rows = max(mask.shape[0], picture.shape[0])
    return torch.cat([mask.expand(rows, -1, -1, -1), picture.expand(rows, -1, -1, -1)], dim=1)


def _depth(prompt: Prompt, frame: Frame) -> Tensor:
    """Return the depth map, each brought to -1..1."""
    given = prompt.options.get("concat_depth")
    if given is None:
        raise ValueError(
            "This model is conditioned on a depth map and none was given. Wire one in with 'Depth conditioning'."
        )
    depth = fitted(given if given.ndim == 4 else given.unsqueeze(1), frame)
    low, high = depth.amin(dim=(1, 2, 3), keepdim=True), depth.amax(dim=(1, 2, 3), keepdim=True)
    return (depth - low) / (high - low).clamp(min=1e-6) * 2 - 1


def _edited(prompt: Prompt, frame: Frame) -> Tensor:
    """Return the latent of the picture to edit, unscaled as InstructPix2Pix has it; zeros without one."""
    given = prompt.options.get("concat_latent_image")
    if given is None:
        return torch.zeros(1, frame.shape[1], *frame.shape[-2:], device=frame.device)
    return fitted(given, frame)


def joined_channels(prompt: Prompt, frame: Frame) -> dict[str, Tensor]:
    """Return {"concat": [B, c, H, W]} for a network that reads more than the noisy latent, else nothing.

    Raises:
        ValueError: what it reads is missing and has no stand-in.
    """
    builders = {"inpaint": _inpainting, "depth": _depth, "picture": _edited}
    kind = frame.record.joined
    return {"concat": builders[kind](prompt, frame)} if kind in builders else {}
