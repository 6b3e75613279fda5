"""GLIDE (Nichol et al. 2021): a pixel UNet with its own text transformer inside, under the published keys."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.adm import AdmConfig
from diffusion.networks.text_adm import PixelText, TextAdmUNet
from diffusion.networks.transformer import Transformer


@dataclass(frozen=True)
class GlideTextConfig:
    """What shapes say about the text transformer. The defaults are the published models'.

    Attributes:
        width, layers, heads: of the transformer.
        vocabulary: number of tokens.
        positions: length of every prompt.
    """

    width: int = 512
    layers: int = 16
    heads: int = 8
    vocabulary: int = 50_257
    positions: int = 128


class GlideUNet(TextAdmUNet):
    """Predicts noise and variance of a picture, given token ids.

    Keys: those of the UNet, and `token_embedding`, `positional_embedding`, `padding_embedding`, `transformer`,
    `final_ln`, `transformer_proj`.
    """

    def __init__(self, config: AdmConfig, text: GlideTextConfig) -> None:
        super().__init__(config)
        self.token_embedding = nn.Embedding(text.vocabulary, text.width)
        self.positional_embedding = nn.Parameter(torch.zeros(text.positions, text.width))
        self.padding_embedding = nn.Parameter(torch.zeros(text.positions, text.width))
        self.transformer = Transformer(text.width, text.layers, text.heads)
        self.final_ln = nn.LayerNorm(text.width)
        self.transformer_proj = nn.Linear(text.width, config.embedding_width)

    def read(self, tokens: Tensor, mask: Tensor) -> PixelText:
        """Encode token ids [B, positions]; `mask` [B, positions] is true for real tokens.

        Padding is not hidden from attention: at each place it has a learned embedding of its own.
        """
        embedded = self.token_embedding(tokens) + self.positional_embedding
        embedded = torch.where(mask[..., None], embedded, self.padding_embedding)
        sequence = self.final_ln(self.transformer(embedded))
        return PixelText(sequence, self.transformer_proj(sequence[:, -1]))


def with_low_resolution(x: Tensor, low_resolution: Tensor) -> Tensor:
    """Put a small picture [B, 3, h, w], grown to the size of x [B, 3, H, W], behind it: [B, 6, H, W].

    What GLIDE's upsampler reads.
    """
    size = (x.shape[-2], x.shape[-1])
    grown = F.interpolate(low_resolution, size, mode="bilinear", align_corners=False)
    return torch.cat([x, grown.to(x.dtype)], dim=1)
