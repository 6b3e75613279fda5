"""Pre-norm transformer blocks under OpenAI's key names (`resblocks.N`): OpenCLIP, GLIDE's text, Karlo's prior."""

from collections.abc import Callable
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point

Activation = Literal["gelu", "quick_gelu"]


class QuickGelu(nn.Module):
    """The sigmoid approximation of GELU that OpenAI's CLIP was trained with (Hendrycks & Gimpel 2016)."""

    def forward(self, x: Tensor) -> Tensor:
        """Map elementwise."""
        return x * torch.sigmoid(1.702 * x)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Attend with [B, heads, N, D] queries; returns [B, N, heads·D].

    `mask` is added to the scores (or, if boolean, true where attention is allowed) and broadcasts to
    [B, heads, N, T].
    """
    mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return mixed.transpose(1, 2).flatten(2)


class HeadMajorAttention(nn.Module):
    """Self-attention whose fused projection holds query, key and value of head 0, then of head 1, and so on.

    Keys: `c_qkv`, `c_proj` (Nichol et al. 2021, GLIDE).
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.c_qkv = nn.Linear(width, width * 3)
        self.c_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map [B, N, width] to [B, N, width]; for `mask` see `attend`."""
        query, key, value = self.c_qkv(x).unflatten(-1, (self.heads, -1)).transpose(1, 2).chunk(3, dim=-1)
        return self.c_proj(attend(query, key, value, mask))


class PartMajorAttention(nn.Module):
    """Self-attention whose fused projection holds all queries, then all keys, then all values.

    Keys: `in_proj_weight`, `in_proj_bias`, `out_proj`, those of PyTorch's own attention (OpenCLIP).
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map [B, N, width] to [B, N, width]; for `mask` see `attend`."""
        fused = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        query, key, value = fused.unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        return self.out_proj(attend(query, key, value, mask))


class Mlp(nn.Module):
    """Feed-forward of four times the width. Keys: `c_fc`, `c_proj`."""

    def __init__(self, width: int, hidden: int, activation: Activation) -> None:
        super().__init__()
        self.c_fc = nn.Linear(width, hidden)
        self.activation = nn.GELU() if activation == "gelu" else QuickGelu()
        self.c_proj = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]."""
        return self.c_proj(self.activation(self.c_fc(x)))


class ResidualAttentionBlock(nn.Module):
    """Attention and feed-forward, each on a normalised input, each residual. Keys: `ln_1`, `attn`, `ln_2`, `mlp`."""

    def __init__(self, width: int, attention: nn.Module, hidden: int, activation: Activation) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = attention
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = Mlp(width, hidden, activation)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map [B, N, width] to [B, N, width]; for `mask` see `attend`."""
        pause_point()
        x = x + self.attn(self.ln_1(x), mask)
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    """A stack of blocks under `resblocks.N`."""

    def __init__(
        self,
        width: int,
        layers: int,
        heads: int,
        attention: Callable[[int, int], nn.Module] = HeadMajorAttention,
        *,
        hidden: int | None = None,
        activation: Activation = "gelu",
    ) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"a transformer {width} wide cannot have {heads} heads of equal width")
        self.resblocks = nn.ModuleList(
            [
                ResidualAttentionBlock(width, attention(width, heads), hidden or 4 * width, activation)
                for _ in range(layers)
            ]
        )

    def states(self, x: Tensor, mask: Tensor | None = None) -> tuple[Tensor, ...]:
        """Return x before the first block and after each one, [B, N, width] each."""
        states = [x]
        for block in self.resblocks:
            states.append(block(states[-1], mask))
        return tuple(states)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map [B, N, width] to [B, N, width]; for `mask` see `attend`."""
        for block in self.resblocks:
            x = block(x, mask)
        return x


def causal_mask(length: int, device: torch.device) -> Tensor:
    """Return [length, length] booleans, true where a position may look: itself and what is before it."""
    return torch.ones(length, length, dtype=torch.bool, device=device).tril()
