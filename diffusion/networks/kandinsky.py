"""Kandinsky 2's decoder (Razzhigaev et al. 2023): an unCLIP decoder that works on MoVQ's latents.

The UNet is Karlo's kind; what is its own is how embeddings and text come in.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.adm import AdmConfig
from diffusion.networks.text_adm import PixelText, TextAdmUNet


@dataclass(frozen=True)
class KandinskyConditionConfig:
    """What shapes say about how the decoder takes its conditions in. The defaults are version 2.1's.

    Attributes:
        image_width: of CLIP's image embeddings.
        width: of the sequence that attention looks at.
        image_tokens: number of tokens made from the image embedding.
        text_width: of the multilingual text features; None for version 2.2, which reads no text.
        pooled_width: of the text embedding.
    """

    image_width: int = 768
    width: int = 768
    image_tokens: int = 10
    text_width: int | None = 1024
    pooled_width: int = 768


class ImageTokens(nn.Module):
    """Tokens for attention: some made from the image embedding, then the text's. Keys: `image_embeds`, `text_proj`.

    Without text (version 2.2) the image's tokens are normalised (key `norm`).
    """

    def __init__(self, config: KandinskyConditionConfig) -> None:
        super().__init__()
        self.count = config.image_tokens
        self.image_embeds = nn.Linear(config.image_width, config.image_tokens * config.width)
        if config.text_width is None:
            self.norm = nn.LayerNorm(config.width)
        else:
            self.text_proj = nn.Linear(config.text_width, config.width)
        self.reads_text = config.text_width is not None

    def forward(self, image: Tensor, sequence: Tensor | None) -> Tensor:
        """Map an image embedding [B, image_width] and text features [B, T, text_width] to [B, tokens, width]."""
        tokens = self.image_embeds(image).unflatten(1, (self.count, -1))
        if not self.reads_text:
            return self.norm(tokens)
        if sequence is None:
            raise ValueError("this Kandinsky decoder reads text, and no text features were given")
        return torch.cat([tokens, self.text_proj(sequence)], dim=1)


class ImageVector(nn.Module):
    """What is added to the timestep's embedding.

    Keys: `image_proj`, and `text_proj`, `text_norm` (version 2.1) or `image_norm` (version 2.2).
    """

    def __init__(self, config: KandinskyConditionConfig, width: int) -> None:
        super().__init__()
        self.image_proj = nn.Linear(config.image_width, width)
        if config.text_width is None:
            self.image_norm = nn.LayerNorm(width)
        else:
            self.text_proj = nn.Linear(config.pooled_width, width)
            self.text_norm = nn.LayerNorm(width)
        self.reads_text = config.text_width is not None

    def forward(self, image: Tensor, pooled: Tensor | None) -> Tensor:
        """Map an image embedding [B, image_width] and a text embedding [B, pooled_width] to [B, width]."""
        vector = self.image_proj(image)
        if not self.reads_text:
            return self.image_norm(vector)
        if pooled is None:
            raise ValueError("this Kandinsky decoder reads text, and no text embedding was given")
        return vector + self.text_norm(self.text_proj(pooled))


class KandinskyUNet(TextAdmUNet):
    """CLIP image embedding (and text) → noise and variance of a latent.

    Keys: those of the UNet, `encoder_hid_proj` and `add_embedding`.
    """

    def __init__(self, config: AdmConfig, condition: KandinskyConditionConfig) -> None:
        super().__init__(config)
        self.condition = condition
        self.encoder_hid_proj = ImageTokens(condition)
        self.add_embedding = ImageVector(condition, config.embedding_width)

    def read(self, image: Tensor, pooled: Tensor | None = None, sequence: Tensor | None = None) -> PixelText:
        """Take the conditions in.

        Args:
            image: CLIP image embedding [B, image_width].
            pooled: text embedding [B, pooled_width]; version 2.1 alone.
            sequence: text features [B, T, text_width]; version 2.1 alone.

        Raises:
            ValueError: the decoder reads text and there is none.
        """
        return PixelText(self.encoder_hid_proj(image, sequence), self.add_embedding(image, pooled))
