"""The attention block of pixel UNets with a layer for each projection: diffusers' form of `AttentionBlock`."""

import torch
from torch import Tensor, nn

from diffusion.networks.attention_block import TextAttention
from diffusion.networks.residual import NORM_GROUPS
from diffusion.networks.transformer import attend


class SplitAttentionBlock(nn.Module):
    """Self-attention with a residual; text, where there is any, is put before the picture's positions.

    It computes what `AttentionBlock` computes (Nichol et al. 2021); only its weights are kept apart, so that files of
    diffusers (Kandinsky 2, Karlo, DeepFloyd IF) are read without joining tensors.

    Keys: `group_norm`, `to_q`, `to_k`, `to_v`, `to_out.0` as linear layers; `add_k_proj`, `add_v_proj` and `norm_cross`
    for text.
    """

    def __init__(self, channels: int, heads: int, text: TextAttention | None = None) -> None:
        super().__init__()
        if channels % heads:
            raise ValueError(f"attention width {channels} is not a multiple of {heads} heads")
        self.heads = heads
        self.text = text
        self.group_norm = nn.GroupNorm(NORM_GROUPS, channels)
        self.to_q = nn.Linear(channels, channels)
        if text is None or not text.only:
            self.to_k = nn.Linear(channels, channels)
            self.to_v = nn.Linear(channels, channels)
        if text is not None:
            self.add_k_proj = nn.Linear(text.width, channels)
            self.add_v_proj = nn.Linear(text.width, channels)
            self.norm_cross = nn.GroupNorm(NORM_GROUPS, text.width) if text.normalise else nn.Identity()
        self.to_out = nn.Sequential(nn.Linear(channels, channels))

    def _heads(self, projected: Tensor) -> Tensor:
        return projected.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Attend; arguments and result as those of `AttentionBlock`."""
        hidden = self.group_norm(x.flatten(2)).transpose(1, 2)
        query = self._heads(self.to_q(hidden))
        only_text = self.text is not None and self.text.only
        keys = [] if only_text else [self._heads(self.to_k(hidden))]
        values = [] if only_text else [self._heads(self.to_v(hidden))]
        allowed: Tensor | None = None
        if self.text is not None:
            if context is None:
                raise ValueError("this attention block needs text features, and none were given")
            text = self.norm_cross(context.transpose(1, 2)).transpose(1, 2)
            keys.insert(0, self._heads(self.add_k_proj(text)))
            values.insert(0, self._heads(self.add_v_proj(text)))
            if mask is not None:
                own = mask.new_ones(mask.shape[0], 0 if only_text else query.shape[2])
                allowed = torch.cat([mask, own], dim=1)[:, None, None]
        mixed = self.to_out(attend(query, torch.cat(keys, dim=2), torch.cat(values, dim=2), allowed))
        return x + mixed.transpose(1, 2).unflatten(2, (x.shape[-2], x.shape[-1]))
