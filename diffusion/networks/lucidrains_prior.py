"""The diffusion prior of lucidrains' DALL·E 2, under its published keys (https://github.com/lucidrains/DALLE2-pytorch).

Tokens as in Ramesh et al. 2022, section 2.2; what differs from Karlo's is the transformer (shared key and value,
rotary positions and T5's distances, cosine attention) and that the absence of text is learned.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.multi_query import GainNorm, MultiQueryAttention, gated_feed_forward


@dataclass(frozen=True)
class LucidrainsPriorConfig:
    """What shapes say. The defaults are the published example's.

    Attributes:
        width: of the transformer, and of CLIP's embeddings.
        layers, heads, head_width: of the transformer.
        hidden: of its feed-forward.
        text_length: tokens of text.
        timesteps: rows of the table of timesteps.
        rotary_pairs: pairs of channels that turn with the position; 0 for none.
        normalise_hidden: whether the feed-forward has a norm in its middle.
        self_conditioned: whether the last prediction is a further token.
        text_tokens, time_tokens, image_tokens: tokens made of each.
    """

    width: int = 768
    layers: int = 12
    heads: int = 12
    head_width: int = 64
    hidden: int = 3072
    text_length: int = 77
    timesteps: int = 1000
    rotary_pairs: int = 16
    normalise_hidden: bool = True
    self_conditioned: bool = False
    text_tokens: int = 1
    time_tokens: int = 1
    image_tokens: int = 1


def backward_distance_buckets(queries: int, keys: int, buckets: int = 32, largest: int = 128) -> Tensor:
    """Return a bucket for each query and key [queries, keys]: the distance back, one by one and then logarithmic.

    The half of T5's buckets (Raffel et al. 2020) that a causal model needs; keys after the query share bucket 0.
    """
    distance = (torch.arange(queries)[:, None] - torch.arange(keys)[None]).clamp(min=0)
    exact = buckets // 2
    scaled = torch.log(distance.clamp(min=1) / exact) / math.log(largest / exact) * (buckets - exact)
    far = (exact + scaled.long()).clamp(max=buckets - 1)
    return torch.where(distance < exact, distance, far)


class DistanceBias(nn.Module):
    """A score for each head and distance (key `relative_attention_bias`)."""

    def __init__(self, heads: int, buckets: int = 32) -> None:
        super().__init__()
        self.relative_attention_bias = nn.Embedding(buckets, heads)

    def forward(self, length: int) -> Tensor:
        """Return scores [heads, length, 1 + length], with the future forbidden."""
        table = self.relative_attention_bias
        buckets = backward_distance_buckets(length, length + 1, table.num_embeddings).to(table.weight.device)
        scores = table(buckets).permute(2, 0, 1)
        future = torch.ones(length, length + 1, dtype=torch.bool, device=scores.device).triu(2)
        return scores.masked_fill(future, -torch.inf)


class CausalTransformer(nn.Module):
    """Keys: `rel_pos_bias`, `layers.N.0` (attention), `layers.N.1` (feed-forward), `norm`, `project_out`."""

    def __init__(self, config: LucidrainsPriorConfig) -> None:
        super().__init__()
        self.rel_pos_bias = DistanceBias(config.heads)
        self.layers = nn.ModuleList(
            [
                nn.ModuleList(
                    [
                        MultiQueryAttention(
                            config.width, config.heads, config.head_width, rotary_pairs=config.rotary_pairs
                        ),
                        gated_feed_forward(config.width, config.hidden, normalise=config.normalise_hidden),
                    ]
                )
                for _ in range(config.layers)
            ]
        )
        self.norm = GainNorm(config.width, stable=True)
        self.project_out = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, N, width] to [B, N, width], each position looking at those before it."""
        scores = self.rel_pos_bias(x.shape[1])
        for layer in self.layers:
            pause_point()
            attention, feed_forward = layer.children()
            x = x + attention(x, scores)
            x = x + feed_forward(x)
        return self.project_out(self.norm(x))


def _tokens(width: int, count: int) -> nn.Module:
    """What makes `count` tokens of one vector (key `0`); one token is the vector itself."""
    return nn.Sequential(nn.Linear(width, width * count)) if count > 1 else nn.Identity()


class LucidrainsPrior(nn.Module):
    """Keys: `learned_query`, `null_*`, `to_time_embeds.0`, `to_text_embeds.0`, `to_image_embeds.0`, the transformer."""

    def __init__(self, config: LucidrainsPriorConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.learned_query = nn.Parameter(torch.zeros(width))
        self.null_text_encodings = nn.Parameter(torch.zeros(1, config.text_length, width))
        self.null_text_embeds = nn.Parameter(torch.zeros(1, config.text_tokens, width))
        self.null_image_embed = nn.Parameter(torch.zeros(1, width))
        self.to_text_embeds = _tokens(width, config.text_tokens)
        self.to_image_embeds = _tokens(width, config.image_tokens)
        self.to_time_embeds = nn.Sequential(nn.Embedding(config.timesteps, width * config.time_tokens))
        self.causal_transformer = CausalTransformer(config)

    def without_text(self, batch: int) -> tuple[Tensor, Tensor]:
        """Return the learned text tokens [B, text_tokens, width] and features [B, text_length, width] of no text."""
        return self.null_text_embeds.expand(batch, -1, -1), self.null_text_encodings.expand(batch, -1, -1)

    def _features(self, sequence: Tensor, mask: Tensor) -> Tensor:
        """Cut or fill to the stored length; padding takes the learned features of its place."""
        length = self.config.text_length
        kept = sequence[:, :length]
        missing = length - kept.shape[1]
        kept = nn.functional.pad(kept, (0, 0, 0, missing))
        mask = nn.functional.pad(mask[:, :length], (0, missing))
        return torch.where(mask[..., None], kept, self.null_text_encodings.to(kept.dtype))

    def forward(
        self,
        x: Tensor,
        timesteps: Tensor,
        pooled: Tensor | None,
        sequence: Tensor | None,
        mask: Tensor | None,
        previous: Tensor | None = None,
    ) -> Tensor:
        """Predict the clean image embedding.

        Args:
            x: noisy image embedding [B, width], of length about √width.
            timesteps: [B], 0 to 999.
            pooled: text embedding [B, width] of length 1; None for no text, which also hides the noisy embedding, as
                the published guidance does.
            sequence: text features [B, T, width]; None for none.
            mask: [B, T], true for words, end included; None where `sequence` is None.
            previous: the last prediction [B, width], for networks that take it.
        """
        batch = len(x)
        if pooled is None:
            text, features = self.without_text(batch)
            image = self.null_image_embed.repeat(batch, self.config.image_tokens)
        else:
            text = self.to_text_embeds(pooled).unflatten(1, (self.config.text_tokens, -1))
            image = self.to_image_embeds(x)
            features = self.null_text_encodings.expand(batch, -1, -1)
            if sequence is not None and mask is not None:
                features = self._features(sequence, mask)
        time = self.to_time_embeds(timesteps.long()).unflatten(1, (self.config.time_tokens, -1))
        parts = [features, text, time, image.unflatten(1, (self.config.image_tokens, -1))]
        if self.config.self_conditioned:
            parts.append((torch.zeros_like(x) if previous is None else previous)[:, None])
        parts.append(self.learned_query.expand(batch, 1, -1))
        return self.causal_transformer(torch.cat(parts, dim=1))[:, -1]
