"""Kandinsky 2 (Razzhigaev et al. 2023): CLIP image embedding, and in version 2.1 multilingual text, to a latent."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.image_embedding import mixed_embedding
from diffusion.families.joined import fitted
from diffusion.families.karlo import text_of
from diffusion.networks.kandinsky import KandinskyUNet


class Kandinsky:
    """Versions 2.1 and 2.2, and either's inpainting form.

    Their authors steer away from the embedding of a black picture; a prompt without an image embedding has zeros.
    """

    name = "kandinsky"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Hand on the image embedding, the text where the model reads it, and what is kept of a picture."""
        width = frame.record.embedding_width or 768
        image = mixed_embedding(prompt, width, frame)
        if image is None:
            image = torch.zeros(1, width, device=frame.device)
        extras = {"image": image, **_joined(prompt, frame)}
        if frame.record.context_width is None:
            return Conditioning(None, extras=extras)
        if prompt.sequence.shape[-1] != frame.record.context_width:
            raise ValueError(
                f"{frame.record.title} reads multilingual text features {frame.record.context_width} wide, and the "
                f"prompt's are {prompt.sequence.shape[-1]} wide: encode it with the model's own text encoder."
            )
        return Conditioning(prompt.sequence, text_of(prompt, frame)[0], extras)

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Read the conditions and predict noise and variance."""
        assert isinstance(network, KandinskyUNet)
        text = network.read(conditioning.extras["image"], conditioning.y, conditioning.context)
        return network.steer(x, timesteps, text)


def _joined(prompt: Prompt, frame: Frame) -> dict[str, Tensor]:
    """Return the masked latent and the mask of what is kept (1 is kept there, the reverse of everyone else's)."""
    if frame.record.joined != "inpaint":
        return {}
    mask = prompt.options.get("concat_mask", frame.mask)
    picture = prompt.options.get("concat_latent_image")
    picture = frame.latent if picture is None else frame.record.latent.into_denoiser(picture)
    if mask is None or picture is None:
        return {"concat": torch.zeros(1, frame.shape[1] + 1, *frame.shape[-2:], device=frame.device)}
    kept = 1 - _grown(fitted(mask if mask.ndim == 4 else mask.unsqueeze(1), frame).round())
    picture = fitted(picture, frame) * kept
    rows = max(kept.shape[0], picture.shape[0])
    return {"concat": torch.cat([picture.expand(rows, -1, -1, -1), kept.expand(rows, -1, -1, -1)], dim=1)}


def _grown(mask: Tensor) -> Tensor:
    """Grow what is repainted by a cell on every side, and towards two of the corners, as its authors do."""
    shape = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]], device=mask.device)
    return (F.conv2d(mask, shape[None, None], padding=1) > 0).to(mask.dtype)
