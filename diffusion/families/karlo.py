"""Karlo (Lee et al. 2022), an unCLIP of pixels: decoder and upsampler."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.image_embedding import mixed_embedding
from diffusion.families.small_picture import small_picture
from diffusion.networks.karlo import KarloDecoder


def text_of(prompt: Prompt, frame: Frame) -> tuple[Tensor, Tensor]:
    """Return the text embedding [B, D] and which tokens are words [B, T].

    Raises:
        ValueError: the prompt was encoded without an embedding.
    """
    pooled = prompt.options.get("pooled_output")
    if pooled is None:
        raise ValueError(
            f"{frame.record.title} reads a text embedding beside the tokens' features, and this prompt has none: "
            "encode it with the text encoder that belongs to the model."
        )
    mask = prompt.options.get("attention_mask")
    if mask is None:
        mask = torch.ones(prompt.sequence.shape[:2], dtype=torch.bool)
    return pooled, mask.bool()


class Karlo:
    """CLIP image embedding and text to a picture of 64 × 64.

    A prompt without an image embedding takes the one that the network has learned to stand for none, so that an
    ordinary negative prompt is what guidance was trained with.
    """

    name = "karlo"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Hand on the text's features and the image embedding; the network reads them itself."""
        pooled, mask = text_of(prompt, frame)
        image = mixed_embedding(prompt, pooled.shape[-1], frame)
        given = torch.full((frame.batch,), image is not None, device=frame.device)
        if image is None:
            image = torch.zeros(1, pooled.shape[-1], device=frame.device)
        return Conditioning(prompt.sequence, pooled, {"image": image, "image_given": given, "mask": mask})

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Read the conditions and predict noise and variance."""
        assert isinstance(network, KarloDecoder)
        assert conditioning.context is not None
        assert conditioning.y is not None
        extras = conditioning.extras
        image = torch.where(extras["image_given"][:, None], extras["image"], network.cf_param)
        text = network.read(image, conditioning.y, conditioning.context, extras["mask"])
        return network.steer(x, timesteps, text)


class KarloUpsampling:
    """A picture of 64 × 64 to one of 256 × 256, without text or guidance."""

    name = "karlo_upsampler"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Grow the small picture by cubic splines; it is read as further channels."""
        picture = small_picture(prompt, frame)
        grown = F.interpolate(picture, frame.shape[-2:], mode="bicubic", align_corners=False, antialias=True)
        return Conditioning(None, extras={"concat": grown})

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Predict the noise."""
        return network(x, timesteps)
