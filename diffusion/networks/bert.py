"""The text transformer of latent diffusion (Rombach et al. 2022, section 4.3.1) under its published keys.

It reads BERT's tokens, but was trained from scratch together with its UNet.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.transformer import attend


@dataclass(frozen=True)
class BertConfig:
    """What shapes say. The defaults are those of the text-to-image model with 1.45 billion parameters.

    Attributes:
        width, layers: of the transformer.
        heads, head_width: their product need not be the width.
        vocabulary: number of tokens.
        positions: longest sequence.
    """

    width: int = 1280
    layers: int = 32
    heads: int = 8
    head_width: int = 64
    vocabulary: int = 30_522
    positions: int = 77


class BertAttention(nn.Module):
    """Self-attention. Keys: `to_q`, `to_k`, `to_v` without bias, `to_out` with one."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        inner = config.heads * config.head_width
        self.heads = config.heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(config.width, inner, bias=False) for _ in range(3))
        self.to_out = nn.Linear(inner, config.width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, T, width] to [B, T, width]."""
        projected = (layer(x).unflatten(-1, (self.heads, -1)) for layer in (self.to_q, self.to_k, self.to_v))
        query, key, value = (part.transpose(1, 2) for part in projected)
        return self.to_out(attend(query, key, value, None))


class BertFeedForward(nn.Module):
    """Feed-forward of four times the width with the exact GELU. Keys: `net.0.0`, `net.2`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        first = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU())
        # Position 1 was a dropout in the published code.
        self.net = nn.Sequential(first, nn.Identity(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]."""
        return self.net(x)


class BertLayers(nn.Module):
    """Attention and feed-forward in turn, each on a normalised input. Keys: `layers.N.0` (norm), `layers.N.1`."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(config.layers):
            for part in (BertAttention(config), BertFeedForward(config.width)):
                self.layers.append(nn.ModuleList([nn.LayerNorm(config.width), part]))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, T, width] to [B, T, width]."""
        for pair in self.layers:
            assert isinstance(pair, nn.ModuleList)
            pause_point()
            x = x + pair[1](pair[0](x))
        return x


class PositionEmbedding(nn.Module):
    """A learned embedding of each place (key `emb`)."""

    def __init__(self, positions: int, width: int) -> None:
        super().__init__()
        self.emb = nn.Embedding(positions, width)


class BertEncoder(nn.Module):
    """Token ids → features; attention looks both ways and does not hide padding.

    Keys: `token_emb`, `pos_emb.emb`, `attn_layers`, `norm`.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.config = config
        self.token_emb = nn.Embedding(config.vocabulary, config.width)
        self.pos_emb = PositionEmbedding(config.positions, config.width)
        self.attn_layers = BertLayers(config)
        self.norm = nn.LayerNorm(config.width)

    def embed_tokens(self, ids: Tensor) -> Tensor:
        """Return the vectors of token ids [B, T], [B, T, width]."""
        return self.token_emb(ids)

    def forward(self, ids: Tensor, embedded: Tensor | None = None) -> Tensor:
        """Encode token ids [B, T] (int64, T ≤ positions) to [B, T, width]; `embedded` stands in for `embed_tokens`."""
        if ids.shape[1] > self.config.positions:
            raise ValueError(f"this text encoder reads {self.config.positions} tokens, and {ids.shape[1]} were given")
        places = self.pos_emb.emb(torch.arange(ids.shape[1], device=ids.device))
        return self.norm(self.attn_layers((self.embed_tokens(ids) if embedded is None else embedded) + places))
