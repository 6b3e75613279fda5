"""T2I-Adapter's style model (Mou et al. 2023): a picture's CLIP features → a few tokens beside a prompt's."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.transformer import PartMajorAttention, ResidualAttentionBlock


@dataclass(frozen=True)
class StyleConfig:
    """What a file says. The defaults are the published model's, for Stable Diffusion 1 and CLIP ViT-L/14.

    Attributes:
        width: of the picture's features.
        layers, heads: of the transformer.
        tokens: how many it makes.
        context_width: of the prompt's features.
    """

    width: int = 1024
    layers: int = 3
    heads: int = 8
    tokens: int = 8
    context_width: int = 768


class StyleModel(nn.Module):
    """Keys: `style_embedding`, `ln_pre`, `transformer_layes.N` (so in files), `ln_post`, `proj`."""

    def __init__(self, config: StyleConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.style_embedding = nn.Parameter(torch.zeros(1, config.tokens, width))
        self.ln_pre = nn.LayerNorm(width)
        self.transformer_layes = nn.ModuleList(
            [
                ResidualAttentionBlock(width, PartMajorAttention(width, config.heads), 4 * width, "quick_gelu")
                for _ in range(config.layers)
            ]
        )
        self.ln_post = nn.LayerNorm(width)
        self.proj = nn.Parameter(torch.zeros(width, config.context_width))

    def forward(self, features: Tensor) -> Tensor:
        """Map features of a picture [B, N, width] (CLIP's last layer) to tokens [B, tokens, context_width].

        Raises:
            ValueError: the features are those of another CLIP.
        """
        if features.shape[-1] != self.config.width:
            raise ValueError(
                f"This style model reads picture features {self.config.width} wide, and these are "
                f"{features.shape[-1]} wide: use the image encoder that it was made for (CLIP ViT-L/14)."
            )
        own = self.style_embedding.expand(features.shape[0], -1, -1)
        hidden = self.ln_pre(torch.cat([features, own], dim=1))
        for layer in self.transformer_layes:
            hidden = layer(hidden)
        return self.ln_post(hidden[:, -self.config.tokens :]) @ self.proj
