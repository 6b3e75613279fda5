"""Pixel UNets that read text: sequence for attention, and a vector beside the timestep (Nichol et al. 2021)."""

from dataclasses import dataclass

from torch import Tensor

from diffusion.networks.adm import AdmUNet


@dataclass(frozen=True)
class PixelText:
    """What a pixel UNet makes of text (and of an image embedding) once, for all steps of a run.

    Attributes:
        sequence: [B, T, width], what attention looks at.
        vector: [B, embedding_width], added to the embedding of the timestep.
        mask: [B, T], true for what attention may look at, or None for all of it.
    """

    sequence: Tensor
    vector: Tensor
    mask: Tensor | None = None


class TextAdmUNet(AdmUNet):
    """A UNet of guided diffusion with the text's vector beside the timestep."""

    def steer(self, x: Tensor, timesteps: Tensor, text: PixelText) -> Tensor:
        """Predict from a noisy picture [B, in_channels, H, W], timesteps [B] and text."""
        embedding = self.embed(timesteps, None, x.dtype) + text.vector
        return self.predict(x, embedding, text.sequence, text.mask)

    def forward(self, x: Tensor, timesteps: Tensor, context: Tensor | None = None, y: Tensor | None = None) -> Tensor:
        """Predict with `context` as the text's sequence and `y` as its vector, nothing masked; see `steer`."""
        if context is None or y is None:
            raise ValueError("this model needs text features and a text vector, and one is missing")
        return self.steer(x, timesteps, PixelText(context, y))
