"""The attention block of pixel UNets: fused queries, keys and values over the positions of a feature map.

Dhariwal & Nichol 2021; with text keys before the picture's own, Nichol et al. 2021 (GLIDE).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.residual import NORM_GROUPS
from diffusion.networks.transformer import attend


@dataclass(frozen=True)
class TextAttention:
    """How an attention block takes text in.

    Attributes:
        width: of the text features.
        normalise: whether they pass a group norm first (DeepFloyd IF).
        only: whether positions attend to text alone and not to each other (IF's second stage).
    """

    width: int
    normalise: bool = False
    only: bool = False


class AttentionBlock(nn.Module):
    """Self-attention with a residual; text, where there is any, is put before the picture's positions.

    Keys: `norm`, `qkv`, `proj_out` as convolutions of one dimension, `encoder_kv` and `norm_encoder` for text. The
    fused layers hold head after head, and within a head query, key and value; with `part_major` they hold all
    queries, then all keys, then all values ("new attention order" in the published code), which no shape tells.
    """

    def __init__(
        self, channels: int, heads: int, text: TextAttention | None = None, *, part_major: bool = False
    ) -> None:
        super().__init__()
        if channels % heads:
            raise ValueError(f"attention width {channels} is not a multiple of {heads} heads")
        self.heads = heads
        self.part_major = part_major
        self.text = text
        self.norm = nn.GroupNorm(NORM_GROUPS, channels)
        self.qkv = nn.Conv1d(channels, channels if text and text.only else 3 * channels, 1)
        if text is not None:
            self.encoder_kv = nn.Conv1d(text.width, 2 * channels, 1)
            self.norm_encoder = nn.GroupNorm(NORM_GROUPS, text.width) if text.normalise else nn.Identity()
        self.proj_out = nn.Conv1d(channels, channels, 1)

    def _split(self, fused: Tensor, parts: int) -> tuple[Tensor, ...]:
        if self.part_major:
            return tuple(part.unflatten(1, (self.heads, -1)).transpose(2, 3) for part in fused.chunk(parts, dim=1))
        return fused.unflatten(1, (self.heads, -1)).transpose(2, 3).chunk(parts, dim=-1)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Attend.

        Args:
            x: [B, C, H, W].
            context: text features [B, T, D], for blocks that take text.
            mask: [B, T], true for tokens that may be looked at; all of them without it.

        Returns:
            [B, C, H, W].
        """
        fused = self.qkv(self.norm(x.flatten(2)))
        parts = 1 if self.text and self.text.only else 3
        query, *own = self._split(fused, parts)
        keys, values = own[:1], own[1:]
        allowed: Tensor | None = None
        if self.text is not None:
            if context is None:
                raise ValueError("this attention block needs text features, and none were given")
            text_key, text_value = self._split(self.encoder_kv(self.norm_encoder(context.transpose(1, 2))), 2)
            keys, values = [text_key, *keys], [text_value, *values]
            if mask is not None:
                positions = mask.new_ones(mask.shape[0], 0 if self.text.only else query.shape[2])
                allowed = torch.cat([mask, positions], dim=1)[:, None, None]
        mixed = attend(query, torch.cat(keys, dim=2), torch.cat(values, dim=2), allowed)
        return x + self.proj_out(mixed.transpose(1, 2)).unflatten(2, (x.shape[-2], x.shape[-1]))
