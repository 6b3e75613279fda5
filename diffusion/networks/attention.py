"""Transformer blocks of the latent-diffusion UNet: self-attention, cross-attention, gated feed-forward."""

import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.residual import NORM_GROUPS


class Attention(nn.Module):
    """Multi-head attention from `query_width` features to a context (or to the features themselves).

    Keys: `to_q`, `to_k`, `to_v` without bias and `to_out.0` with one.
    """

    def __init__(self, query_width: int, context_width: int, heads: int) -> None:
        super().__init__()
        if query_width % heads:
            raise ValueError(f"attention width {query_width} is not a multiple of {heads} heads")
        self.heads = heads
        self.to_q = nn.Linear(query_width, query_width, bias=False)
        self.to_k = nn.Linear(context_width, query_width, bias=False)
        self.to_v = nn.Linear(context_width, query_width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(query_width, query_width))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Map [B, N, query_width] (and a context [B, T, context_width]) to [B, N, query_width]."""
        context = x if context is None else context
        query, key, value = self._split(self.to_q(x)), self._split(self.to_k(context)), self._split(self.to_v(context))
        mixed = F.scaled_dot_product_attention(query, key, value)
        return self.to_out(mixed.transpose(1, 2).flatten(2))


class GatedGelu(nn.Module):
    """Project to twice the width and gate one half with the exact GELU of the other (key `proj`)."""

    def __init__(self, width: int, out_width: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, out_width * 2)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., out_width] (Shazeer 2020, GEGLU)."""
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    """Gated feed-forward of four times the width. Keys: `net.0.proj` and `net.2`."""

    def __init__(self, width: int, expansion: int = 4) -> None:
        super().__init__()
        # Position 1 was a dropout in the published code; the identity keeps the key of the second projection.
        self.net = nn.Sequential(
            GatedGelu(width, width * expansion), nn.Identity(), nn.Linear(width * expansion, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]."""
        return self.net(x)


class TransformerBlock(nn.Module):
    """Self-attention, attention to the context, feed-forward; each on a normalised input, each residual."""

    def __init__(self, width: int, context_width: int, heads: int, *, attend_self: bool = True) -> None:
        super().__init__()
        self.attend_self = attend_self
        self.attn1 = Attention(width, width if attend_self else context_width, heads)
        self.ff = FeedForward(width)
        self.attn2 = Attention(width, context_width, heads)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.norm3 = nn.LayerNorm(width)

    def forward(self, x: Tensor, context: Tensor | None) -> Tensor:
        """Map [B, N, width] and a context [B, T, context_width] to [B, N, width]."""
        x = x + self.attn1(self.norm1(x), None if self.attend_self else context)
        pause_point()
        x = x + self.attn2(self.norm2(x), context)
        pause_point()
        return x + self.ff(self.norm3(x))


class SpatialTransformer(nn.Module):
    """Transformer blocks over the positions of a feature map, between two projections, with a residual.

    Stable Diffusion 1 projects with 1×1 convolutions (4-dimensional weights), version 2 and SDXL with linear
    layers (2-dimensional weights): the same arithmetic, two layouts in files.
    """

    def __init__(
        self,
        channels: int,
        context_width: int,
        heads: int,
        *,
        depth: int = 1,
        linear: bool = False,
        attend_self: bool = True,
    ) -> None:
        super().__init__()
        self.linear = linear
        self.norm = nn.GroupNorm(NORM_GROUPS, channels, eps=1e-6)
        self.proj_in = nn.Linear(channels, channels) if linear else nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList(
            [TransformerBlock(channels, context_width, heads, attend_self=attend_self) for _ in range(depth)]
        )
        self.proj_out = nn.Linear(channels, channels) if linear else nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Map [B, C, H, W] and a context [B, T, D] to [B, C, H, W]."""
        height, width = x.shape[-2:]
        hidden = self.norm(x)
        if not self.linear:
            hidden = self.proj_in(hidden)
        # In channels-last memory both permutes are views: the feature map already is a list of positions.
        hidden = hidden.permute(0, 2, 3, 1).flatten(1, 2)
        if self.linear:
            hidden = self.proj_in(hidden)
        for block in self.transformer_blocks:
            hidden = block(hidden, context)
        if self.linear:
            hidden = self.proj_out(hidden)
        hidden = hidden.unflatten(1, (height, width)).permute(0, 3, 1, 2)
        if not self.linear:
            hidden = self.proj_out(hidden)
        return x + hidden
