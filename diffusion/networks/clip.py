"""The CLIP text encoder (Radford et al. 2021) under the key names of transformers."""

from dataclasses import dataclass

from torch import Tensor, nn

from diffusion.networks.clip_layers import ClipEncoder
from diffusion.networks.transformer import causal_mask


@dataclass(frozen=True)
class ClipTextConfig:
    """What a file says about its text encoder. The defaults are CLIP ViT-L/14's, the encoder of Stable Diffusion 1.

    Attributes:
        width: width of the token features.
        mlp_width: width inside the feed-forward.
        layers: transformer layers.
        heads: attention heads; shapes cannot tell, see `clip_text_config_from_shapes`.
        vocabulary: number of tokens.
        positions: longest sequence.
        activation: "quick_gelu" (OpenAI's weights) or "gelu".
    """

    width: int = 768
    mlp_width: int = 3072
    layers: int = 12
    heads: int = 12
    vocabulary: int = 49_408
    positions: int = 77
    activation: str = "quick_gelu"


@dataclass(frozen=True)
class ClipTextStates:
    """What the encoder made of token ids [B, T].

    Attributes:
        hidden: [B, T, width] before the first layer and after each one, without the final norm;
            `hidden[-1]` is the last layer's, `hidden[-2]` the penultimate one's.
        last: `hidden[-1]` after the final layer norm.
    """

    hidden: tuple[Tensor, ...]
    last: Tensor


class _Embeddings(nn.Module):
    """Keys: `token_embedding`, `position_embedding`."""

    def __init__(self, config: ClipTextConfig) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(config.vocabulary, config.width)
        self.position_embedding = nn.Embedding(config.positions, config.width)


class _TextTransformer(nn.Module):
    """Keys: `embeddings`, `encoder`, `final_layer_norm`."""

    def __init__(self, config: ClipTextConfig) -> None:
        super().__init__()
        self.embeddings = _Embeddings(config)
        self.encoder = ClipEncoder(config.width, config.mlp_width, config.heads, config.layers, config.activation)
        self.final_layer_norm = nn.LayerNorm(config.width)


class ClipText(nn.Module):
    """Token ids → features. Keys: `transformer.` and what transformers calls its parts."""

    def __init__(self, config: ClipTextConfig) -> None:
        super().__init__()
        self.config = config
        self.transformer = _TextTransformer(config)

    def embed_tokens(self, ids: Tensor) -> Tensor:
        """Look token ids [B, T] up: [B, T, width], without positions. Learned words are put over its rows."""
        return self.transformer.embeddings.token_embedding(ids)

    def forward(self, ids: Tensor, embedded: Tensor | None = None) -> ClipTextStates:
        """Encode token ids; attention is causal, padding is not masked.

        Args:
            ids: [B, T] int64, T ≤ positions.
            embedded: [B, T, width] in place of `embed_tokens(ids)`.
        """
        length = ids.shape[1]
        tokens = self.embed_tokens(ids) if embedded is None else embedded
        tokens = tokens + self.transformer.embeddings.position_embedding.weight[:length]
        hidden = self.transformer.encoder.states(tokens, causal_mask(length, ids.device))
        return ClipTextStates(hidden=hidden, last=self.final_norm(hidden[-1]))

    def final_norm(self, hidden: Tensor) -> Tensor:
        """Apply the final layer norm to features [B, T, width] of any layer (what "clip skip" does)."""
        return self.transformer.final_layer_norm(hidden)
