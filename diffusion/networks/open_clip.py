"""OpenCLIP's text encoder (Cherti et al. 2023) under its own keys: Stable Diffusion 2 (ViT-H) and XL (ViT-bigG)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.clip import ClipTextStates
from diffusion.networks.transformer import Activation, PartMajorAttention, Transformer, causal_mask


@dataclass(frozen=True)
class OpenClipTextConfig:
    """What a file says about its text encoder. The defaults are ViT-bigG-14's, the second encoder of SDXL.

    Attributes:
        width, mlp_width, layers, heads: of the transformer.
        vocabulary: number of tokens.
        positions: longest sequence.
        projection: width of the space shared with pictures.
        activation: "gelu" for LAION's weights, "quick_gelu" for OpenAI's.
    """

    width: int = 1280
    mlp_width: int = 5120
    layers: int = 32
    heads: int = 20
    vocabulary: int = 49_408
    positions: int = 77
    projection: int = 1280
    activation: Activation = "gelu"


class OpenClipText(nn.Module):
    """Token ids → features.

    Keys: `token_embedding`, `positional_embedding`, `transformer`, `ln_final`, `text_projection` ([width,
    projection]: transposed relative to the other layout).
    """

    def __init__(self, config: OpenClipTextConfig) -> None:
        super().__init__()
        self.config = config
        self.token_embedding = nn.Embedding(config.vocabulary, config.width)
        self.positional_embedding = nn.Parameter(torch.zeros(config.positions, config.width))
        self.transformer = Transformer(
            config.width,
            config.layers,
            config.heads,
            PartMajorAttention,
            hidden=config.mlp_width,
            activation=config.activation,
        )
        self.ln_final = nn.LayerNorm(config.width)
        self.text_projection = nn.Parameter(torch.zeros(config.width, config.projection))

    def embed_tokens(self, ids: Tensor) -> Tensor:
        """Look token ids [B, T] up: [B, T, width], without positions. Learned words are put over its rows."""
        return self.token_embedding(ids)

    def forward(self, ids: Tensor, embedded: Tensor | None = None) -> ClipTextStates:
        """Encode token ids; attention is causal, padding is not masked.

        Args:
            ids: [B, T] int64, T ≤ positions.
            embedded: [B, T, width] in place of `embed_tokens(ids)`.
        """
        length = ids.shape[1]
        tokens = (self.embed_tokens(ids) if embedded is None else embedded) + self.positional_embedding[:length]
        hidden = self.transformer.states(tokens, causal_mask(length, ids.device))
        return ClipTextStates(hidden=hidden, last=self.final_norm(hidden[-1]))

    def final_norm(self, hidden: Tensor) -> Tensor:
        """Apply the final layer norm to features [B, T, width] of any layer."""
        return self.ln_final(hidden)

    def project(self, pooled: Tensor) -> Tensor:
        """Take pooled features [B, width] to the space shared with pictures, [B, projection]."""
        return pooled @ self.text_projection
