"""The encoder of T5 (Raffel et al. 2020; version 1.1: Shazeer 2020) under its published keys."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.joint_block import RMSNorm
from diffusion.networks.transformer import attend


@dataclass(frozen=True)
class T5Config:
    """What shapes and keys of a file say. The defaults are T5 v1.1 XXL's.

    Attributes:
        width: of the token features.
        mlp_width: inside the feed-forward.
        layers, heads, head_width: of the transformer; heads need not add up to the width.
        vocabulary: number of tokens.
        buckets: of relative distances.
        longest_distance: distances from here on share a bucket.
        gated: whether the feed-forward is gated by GELU (version 1.1) or a plain ReLU (version 1.0).
    """

    width: int = 4096
    mlp_width: int = 10_240
    layers: int = 24
    heads: int = 64
    head_width: int = 64
    vocabulary: int = 32_128
    buckets: int = 32
    longest_distance: int = 128
    gated: bool = True


def distance_buckets(length: int, buckets: int, longest: int, device: torch.device) -> Tensor:
    """Return [length, length] bucket numbers of the distance from query (row) to key (column).

    Half of the buckets are for keys that come later. Within a half, the first half of it counts distances one by
    one and the rest grows logarithmically up to `longest`.
    """
    positions = torch.arange(length, device=device)
    distance = positions[None] - positions[:, None]
    half = buckets // 2
    exact = half // 2
    size = distance.abs()
    growth = torch.log(size.clamp(min=1).float() / exact) / math.log(longest / exact) * (half - exact)
    coarse = (exact + growth.long()).clamp(max=half - 1)
    return (distance > 0).long() * half + torch.where(size < exact, size, coarse)


class SelfAttention(nn.Module):
    """Attention without biases and without scaling. Keys: `q`, `k`, `v`, `o`, first block `relative_attention_bias`."""

    def __init__(self, config: T5Config, *, first: bool) -> None:
        super().__init__()
        inner = config.heads * config.head_width
        self.heads = config.heads
        self.q = nn.Linear(config.width, inner, bias=False)
        self.k = nn.Linear(config.width, inner, bias=False)
        self.v = nn.Linear(config.width, inner, bias=False)
        self.o = nn.Linear(inner, config.width, bias=False)
        if first:
            self.relative_attention_bias = nn.Embedding(config.buckets, config.heads)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Map [B, N, width] with a bias [B or 1, heads, N, N] on the scores to [B, N, width]."""
        query, key, value = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.q, self.k, self.v)
        )
        # T5 folded the usual scaling into its initial weights, so it is undone here.
        return self.o(attend(query * query.shape[-1] ** 0.5, key, value, bias))


class AttentionLayer(nn.Module):
    """Normalised attention with a residual. Keys: `layer_norm`, `SelfAttention`."""

    def __init__(self, config: T5Config, *, first: bool) -> None:
        super().__init__()
        self.SelfAttention = SelfAttention(config, first=first)
        self.layer_norm = RMSNorm(config.width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Map [B, N, width] to [B, N, width]."""
        return x + self.SelfAttention(self.layer_norm(x), bias)


class DenseReluDense(nn.Module):
    """Feed-forward without biases. Keys: `wi_0` (GELU), `wi_1`, `wo`, or `wi` (ReLU), `wo`."""

    def __init__(self, config: T5Config) -> None:
        super().__init__()
        self.gated = config.gated
        if config.gated:
            self.wi_0 = nn.Linear(config.width, config.mlp_width, bias=False)
            self.wi_1 = nn.Linear(config.width, config.mlp_width, bias=False)
        else:
            self.wi = nn.Linear(config.width, config.mlp_width, bias=False)
        self.wo = nn.Linear(config.mlp_width, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]."""
        if self.gated:
            return self.wo(nn.functional.gelu(self.wi_0(x), approximate="tanh") * self.wi_1(x))
        return self.wo(self.wi(x).relu())


class FeedForwardLayer(nn.Module):
    """Normalised feed-forward with a residual. Keys: `layer_norm`, `DenseReluDense`."""

    def __init__(self, config: T5Config) -> None:
        super().__init__()
        self.DenseReluDense = DenseReluDense(config)
        self.layer_norm = RMSNorm(config.width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]."""
        return x + self.DenseReluDense(self.layer_norm(x))


class Block(nn.Module):
    """Attention, then feed-forward. Keys: `layer.0`, `layer.1`."""

    def __init__(self, config: T5Config, *, first: bool) -> None:
        super().__init__()
        self.layer = nn.ModuleList([AttentionLayer(config, first=first), FeedForwardLayer(config)])

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Map [B, N, width] to [B, N, width]."""
        pause_point()
        return self.layer[1](self.layer[0](x, bias))


class T5Stack(nn.Module):
    """The blocks and the final norm. Keys: `block.N`, `final_layer_norm`."""

    def __init__(self, config: T5Config) -> None:
        super().__init__()
        self.config = config
        self.block = nn.ModuleList([Block(config, first=index == 0) for index in range(config.layers)])
        self.final_layer_norm = RMSNorm(config.width)

    def bias(self, length: int, mask: Tensor | None, like: Tensor) -> Tensor:
        """Return what is added to the scores of every block, [B or 1, heads, N, N]: distance, and padding hidden."""
        config = self.config
        buckets = distance_buckets(length, config.buckets, config.longest_distance, like.device)
        table: Tensor = self.get_parameter("block.0.layer.0.SelfAttention.relative_attention_bias.weight")
        bias = table[buckets].permute(2, 0, 1)[None].to(like.dtype)
        if mask is None:
            return bias
        return bias.masked_fill(~mask[:, None, None], torch.finfo(like.dtype).min)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map [B, N, width], and a mask [B, N] that is true for real tokens, to [B, N, width]."""
        bias = self.bias(x.shape[1], mask, x)
        for block in self.block:
            x = block(x, bias)
        return self.final_layer_norm(x)


class T5Encoder(nn.Module):
    """Token ids → features. Keys: `shared` (the embedding of tokens), `encoder`.

    In 16 bits use bfloat16: XXL leaves the range of float16.
    """

    def __init__(self, config: T5Config) -> None:
        super().__init__()
        self.config = config
        self.shared = nn.Embedding(config.vocabulary, config.width)
        self.encoder = T5Stack(config)

    def embed_tokens(self, ids: Tensor) -> Tensor:
        """Look token ids [B, T] up: [B, T, width]. Learned words are put over its rows."""
        return self.shared(ids)

    def forward(self, ids: Tensor, mask: Tensor | None = None, embedded: Tensor | None = None) -> Tensor:
        """Encode token ids [B, T] to [B, T, width].

        Args:
            ids: int64.
            mask: [B, T], true for real tokens; without it padding is read like words, as Stable Diffusion 3 does.
            embedded: [B, T, width] in place of `embed_tokens(ids)`.
        """
        return self.encoder(self.embed_tokens(ids) if embedded is None else embedded, mask)
