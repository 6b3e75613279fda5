"""Parts that lucidrains' DALL·E 2 (https://github.com/lucidrains/DALLE2-pytorch) uses in its prior and its decoder.

Norms without a bias, feed-forward with a gate, and attention whose heads share one key and one value (Shazeer 2019)
with a learned key and value that stand for nothing.
"""

import torch
from torch import Tensor, nn

from diffusion.networks.transformer import attend

# The published code: queries and keys of unit length, their products times 16.
COSINE_SCALE = 16.0


class GainNorm(nn.Module):
    """Layer norm with a gain and no bias (key `g`)."""

    def __init__(self, width: int, *, stable: bool = False) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.ones(width))
        self.stable = stable

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]; half precision takes the larger epsilon of the published code."""
        if self.stable:
            x = x / x.amax(dim=-1, keepdim=True)
        epsilon = 1e-5 if x.dtype == torch.float32 else 1e-3
        return nn.functional.layer_norm(x, x.shape[-1:], eps=epsilon) * self.g


class Gate(nn.Module):
    """Half of the channels, gated by the SiLU of the other half."""

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., 2·width] to [..., width]."""
        kept, gate = x.chunk(2, dim=-1)
        return kept * nn.functional.silu(gate)


def gated_feed_forward(width: int, hidden: int, *, normalise: bool) -> nn.Sequential:
    """Return a feed-forward. Keys: `0` (norm), `1` (to twice `hidden`), `3` (norm, where `normalise`), `5`."""
    return nn.Sequential(
        GainNorm(width),
        nn.Linear(width, 2 * hidden, bias=False),
        Gate(),
        GainNorm(hidden) if normalise else nn.Identity(),
        # A dropout in the published code.
        nn.Identity(),
        nn.Linear(hidden, width, bias=False),
    )


class Rotary(nn.Module):
    """Turns pairs of neighbouring channels by angles that grow with the position (Su et al. 2021). Key: `freqs`."""

    def __init__(self, pairs: int) -> None:
        super().__init__()
        self.freqs = nn.Parameter(10_000.0 ** (-torch.arange(pairs) / pairs))

    def forward(self, x: Tensor) -> Tensor:
        """Turn the first 2·pairs channels of [..., N, D]."""
        angles = torch.arange(x.shape[-2], device=x.device)[:, None] * self.freqs.float()
        count = 2 * len(self.freqs)
        even, odd = x[..., :count:2], x[..., 1:count:2]
        cosine, sine = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        turned = torch.stack([even * cosine - odd * sine, odd * cosine + even * sine], dim=-1).flatten(-2)
        return torch.cat([turned, x[..., count:]], dim=-1)


class MultiQueryAttention(nn.Module):
    """Self-attention with many queries and one key and value.

    Keys: `null_kv`, `norm`, `to_q`, `to_kv`, `to_out.0`, `to_out.1`, and `rotary_emb` where positions turn.
    """

    def __init__(self, width: int, heads: int, head_width: int, *, rotary_pairs: int = 0, cosine: bool = True) -> None:
        super().__init__()
        self.heads = heads
        self.cosine = cosine
        self.null_kv = nn.Parameter(torch.zeros(2, head_width))
        self.norm = GainNorm(width)
        self.to_q = nn.Linear(width, heads * head_width, bias=False)
        self.to_kv = nn.Linear(width, 2 * head_width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(heads * head_width, width, bias=False), GainNorm(width))
        self.rotary_emb = Rotary(rotary_pairs) if rotary_pairs else nn.Identity()

    def forward(self, x: Tensor, scores: Tensor | None = None) -> Tensor:
        """Attend.

        Args:
            x: [B, N, width].
            scores: added to the products of queries and keys, [heads, N, 1 + N]; -inf forbids. The first key stands
                for nothing.

        Returns:
            [B, N, width].
        """
        hidden = self.norm(x)
        query = self.rotary_emb(self.to_q(hidden).unflatten(-1, (self.heads, -1)).transpose(1, 2))
        key, value = self.to_kv(hidden).chunk(2, dim=-1)
        nothing_key, nothing_value = (row.expand(len(x), 1, -1) for row in self.null_kv)
        key = torch.cat([nothing_key, self.rotary_emb(key)], dim=1)[:, None]
        value = torch.cat([nothing_value, value], dim=1)[:, None]
        root = query.shape[-1] ** 0.5
        if self.cosine:
            # Attention divides by the root of the head's width; undo that and put the fixed scale in its place.
            query = nn.functional.normalize(query, dim=-1) * (COSINE_SCALE * root)
            key = nn.functional.normalize(key, dim=-1)
        else:
            # The published code divides twice, and its weights were trained so.
            query = query / root
        shape = (-1, self.heads, -1, -1)
        return self.to_out(attend(query, key.expand(shape), value.expand(shape), scores))


class MemoryAttention(nn.Module):
    """Cross-attention to conditioning tokens, with a learned key and value that stand for nothing.

    Keys: `null_kv`, `norm`, `to_q`, `to_kv`, `to_out.0`, `to_out.1`.
    """

    def __init__(self, width: int, memory_width: int, heads: int, head_width: int) -> None:
        super().__init__()
        self.heads = heads
        self.null_kv = nn.Parameter(torch.zeros(2, head_width))
        self.norm = GainNorm(width)
        self.to_q = nn.Linear(width, heads * head_width, bias=False)
        self.to_kv = nn.Linear(memory_width, 2 * heads * head_width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(heads * head_width, width, bias=False), GainNorm(width))

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        """Map [B, N, width] and memory [B, M, memory_width] to [B, N, width]."""
        query = self.to_q(self.norm(x)).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        parts = self.to_kv(memory).chunk(2, dim=-1)
        key, value = (
            torch.cat(
                [nothing.expand(len(x), self.heads, 1, -1), part.unflatten(-1, (self.heads, -1)).transpose(1, 2)], dim=2
            )
            for nothing, part in zip(self.null_kv, parts, strict=True)
        )
        return self.to_out(attend(query, key, value, None))
