"""Diffusion priors: text → CLIP image embedding (Ramesh et al. 2022, section 2.2), in two published layouts.

Both read [text features, text embedding, time, noisy image embedding, a learned query], look only backwards, and say
the clean embedding where the query stands.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.interrupt import pause_point
from diffusion.networks.transformer import Transformer, attend, causal_mask

# After the text: its embedding, the time, the noisy image embedding, the query.
FURTHER_TOKENS = 4


@dataclass(frozen=True)
class PriorConfig:
    """What shapes say about a prior. The defaults are Karlo's.

    Attributes:
        width, layers, heads: of the transformer.
        clip_width: of CLIP's embeddings and features.
        text_length: tokens of text.
    """

    width: int = 2048
    layers: int = 20
    heads: int = 32
    clip_width: int = 768
    text_length: int = 77


def _visible(mask: Tensor) -> Tensor:
    """Return [B, 1, N, N] booleans: what is before a position and no padding; `mask` [B, T] is true for real tokens."""
    seen = torch.cat([mask, mask.new_ones(len(mask), FURTHER_TOKENS)], dim=1)
    return (seen[:, None] & causal_mask(seen.shape[1], mask.device))[:, None]


class KarloPrior(nn.Module):
    """The prior in Karlo's own layout.

    Keys: `text_enc_proj`, `text_emb_proj`, `clip_img_proj`, `time_embed`, `prd_emb`, `positional_embedding`,
    `transformer`, `final_ln`, `out_proj`.
    """

    def __init__(self, config: PriorConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.time_embed = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.text_enc_proj = nn.Linear(config.clip_width, width)
        self.text_emb_proj = nn.Linear(config.clip_width, width)
        self.clip_img_proj = nn.Linear(config.clip_width, width)
        self.out_proj = nn.Linear(width, config.clip_width)
        self.transformer = Transformer(width, config.layers, config.heads)
        self.final_ln = nn.LayerNorm(width)
        self.prd_emb = nn.Parameter(torch.zeros(1, 1, width))
        self.positional_embedding = nn.Parameter(torch.zeros(1, config.text_length + FURTHER_TOKENS, width))

    def forward(self, x: Tensor, timesteps: Tensor, pooled: Tensor, sequence: Tensor, mask: Tensor) -> Tensor:
        """Predict the clean image embedding.

        Args:
            x: noisy image embedding [B, clip_width], normalised by the statistics of the training set.
            timesteps: [B], 0 to 999.
            pooled: text embedding [B, clip_width].
            sequence: text features [B, text_length, clip_width].
            mask: [B, text_length], true for real tokens.

        Returns:
            [B, clip_width], normalised.
        """
        time = self.time_embed(timestep_embedding(timesteps, self.config.width).to(x.dtype))
        single = (self.text_emb_proj(pooled), time, self.clip_img_proj(x))
        tokens = torch.cat(
            [self.text_enc_proj(sequence), torch.stack(single, dim=1), self.prd_emb.expand(len(x), -1, -1)], dim=1
        )
        hidden = self.transformer(tokens + self.positional_embedding, _visible(mask))
        return self.out_proj(self.final_ln(hidden[:, -1]))


class BiasedAttention(nn.Module):
    """Self-attention whose projections have biases. Keys: `to_q`, `to_k`, `to_v`, `to_out.0`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.Sequential(nn.Linear(width, width))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map [B, N, width] with a mask (see `attend`) to [B, N, width]."""
        projected = (layer(x).unflatten(-1, (self.heads, -1)) for layer in (self.to_q, self.to_k, self.to_v))
        query, key, value = (part.transpose(1, 2) for part in projected)
        return self.to_out(attend(query, key, value, mask))


class Gelu(nn.Module):
    """A linear layer and the exact GELU (key `proj`)."""

    def __init__(self, width: int, out_width: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, out_width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., out_width]."""
        return nn.functional.gelu(self.proj(x))


class FeedForward(nn.Module):
    """Feed-forward of four times the width. Keys: `net.0.proj`, `net.2`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        # Position 1 was a dropout in the published code.
        self.net = nn.Sequential(Gelu(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]."""
        return self.net(x)


class PriorBlock(nn.Module):
    """Attention and feed-forward. Keys: `norm1`, `attn1`, `norm3`, `ff`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn1 = BiasedAttention(width, heads)
        self.norm3 = nn.LayerNorm(width)
        self.ff = FeedForward(width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map [B, N, width] to [B, N, width]."""
        pause_point()
        x = x + self.attn1(self.norm1(x), mask)
        return x + self.ff(self.norm3(x))


class TimeEmbedding(nn.Module):
    """Two linear layers. Keys: `linear_1`, `linear_2`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(width, width)
        self.linear_2 = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, width] to [B, width]."""
        return self.linear_2(nn.functional.silu(self.linear_1(x)))


class DiffusersPrior(nn.Module):
    """The prior in diffusers' layout (Karlo, Kandinsky 2), with the statistics of its image embeddings inside.

    Keys: `encoder_hidden_states_proj`, `embedding_proj`, `proj_in`, `time_embedding`, `prd_embedding`,
    `positional_embedding`, `transformer_blocks`, `norm_out`, `proj_to_clip_embeddings`, `clip_mean`, `clip_std`.
    """

    def __init__(self, config: PriorConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.time_embedding = TimeEmbedding(width)
        self.encoder_hidden_states_proj = nn.Linear(config.clip_width, width)
        self.embedding_proj = nn.Linear(config.clip_width, width)
        self.proj_in = nn.Linear(config.clip_width, width)
        self.proj_to_clip_embeddings = nn.Linear(width, config.clip_width)
        self.transformer_blocks = nn.ModuleList([PriorBlock(width, config.heads) for _ in range(config.layers)])
        self.norm_out = nn.LayerNorm(width)
        self.prd_embedding = nn.Parameter(torch.zeros(1, 1, width))
        self.positional_embedding = nn.Parameter(torch.zeros(1, config.text_length + FURTHER_TOKENS, width))
        self.clip_mean = nn.Parameter(torch.zeros(1, config.clip_width))
        self.clip_std = nn.Parameter(torch.ones(1, config.clip_width))

    def forward(self, x: Tensor, timesteps: Tensor, pooled: Tensor, sequence: Tensor, mask: Tensor) -> Tensor:
        """Predict the clean image embedding [B, clip_width], normalised; arguments as for `KarloPrior`."""
        time = self.time_embedding(timestep_embedding(timesteps, self.config.width).to(x.dtype))
        single = (self.embedding_proj(pooled), time, self.proj_in(x))
        text = self.encoder_hidden_states_proj(sequence)
        tokens = torch.cat([text, torch.stack(single, dim=1), self.prd_embedding.expand(len(x), -1, -1)], dim=1)
        hidden = tokens + self.positional_embedding
        visible = _visible(mask)
        for block in self.transformer_blocks:
            hidden = block(hidden, visible)
        return self.proj_to_clip_embeddings(self.norm_out(hidden)[:, -1])

    def to_clip(self, x: Tensor) -> Tensor:
        """Undo the normalisation: [B, clip_width] as CLIP makes it."""
        return x * self.clip_std + self.clip_mean
