"""Transformer blocks in which text and picture keep their own weights and meet in attention (Esser et al. 2024)."""

import torch
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.transformer import attend

NORM_EPSILON = 1e-6


def unscaled_norm(width: int) -> nn.LayerNorm:
    """Return a layer norm without weights: what follows it scales and shifts by the condition."""
    return nn.LayerNorm(width, eps=NORM_EPSILON, elementwise_affine=False)


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Shift and scale tokens [B, N, D] by [B, D] each (Peebles & Xie 2023)."""
    return x * (1 + scale[:, None]) + shift[:, None]


class RMSNorm(nn.Module):
    """Divide by the root mean square over the last dimension (Zhang & Sennrich 2019). Key: `weight`."""

    def __init__(self, width: int, epsilon: float = NORM_EPSILON) -> None:
        super().__init__()
        self.epsilon = epsilon
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]; the mean square is taken in float32, where 16 bits would overflow."""
        square = x.float().square().mean(dim=-1, keepdim=True)
        return (x.float() * torch.rsqrt(square + self.epsilon)).to(x.dtype) * self.weight


class StreamAttention(nn.Module):
    """The projections of one stream before and after attention. Keys: `qkv`, `proj`, `ln_q`, `ln_k`."""

    def __init__(self, width: int, heads: int, *, normalise: bool, project: bool) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width) if project else nn.Identity()
        self.ln_q = RMSNorm(width // heads) if normalise else nn.Identity()
        self.ln_k = RMSNorm(width // heads) if normalise else nn.Identity()

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Map [B, N, width] to query, key and value, each [B, heads, N, width / heads]."""
        query, key, value = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        return self.ln_q(query), self.ln_k(key), value


class FeedForward(nn.Module):
    """Feed-forward of four times the width with the tanh form of GELU. Keys: `fc1`, `fc2`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.activation = nn.GELU(approximate="tanh")
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]."""
        return self.fc2(self.activation(self.fc1(x)))


class StreamBlock(nn.Module):
    """One stream's share of a joint block.

    Keys: `attn`, `attn2` (dual blocks), `mlp`, `adaLN_modulation.1`. A closing block only lends its keys and values
    to the other stream: nothing of it is needed after attention.
    """

    def __init__(self, width: int, heads: int, *, normalise: bool, dual: bool = False, closing: bool = False) -> None:
        super().__init__()
        self.closing = closing
        self.norm1 = unscaled_norm(width)
        self.attn = StreamAttention(width, heads, normalise=normalise, project=not closing)
        self.attn2 = StreamAttention(width, heads, normalise=normalise, project=True) if dual else None
        if not closing:
            self.norm2 = unscaled_norm(width)
            self.mlp = FeedForward(width)
        self.parts = 2 if closing else 9 if dual else 6
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, self.parts * width))

    def modulation(self, condition: Tensor) -> tuple[Tensor, ...]:
        """Return shift and scale before attention, gate after it, the same three for the feed-forward, and so on."""
        return self.adaLN_modulation(condition).chunk(self.parts, dim=1)

    def enter(self, x: Tensor, steering: tuple[Tensor, ...]) -> tuple[Tensor, Tensor, Tensor]:
        """Return query, key and value of the joint attention, each [B, heads, N, width / heads]."""
        return self.attn.split(modulate(self.norm1(x), steering[0], steering[1]))

    def leave(self, x: Tensor, mixed: Tensor, steering: tuple[Tensor, ...]) -> Tensor:
        """Take what attention mixed [B, N, width] back into the stream, and pass the feed-forward."""
        gate, shift_mlp, scale_mlp, gate_mlp = steering[2:6]
        after = x + gate[:, None] * self.attn.proj(mixed)
        if self.attn2 is not None:
            shift, scale, gate_own = steering[6:9]
            own = attend(*self.attn2.split(modulate(self.norm1(x), shift, scale)), None)
            after = after + gate_own[:, None] * self.attn2.proj(own)
        pause_point()
        return after + gate_mlp[:, None] * self.mlp(modulate(self.norm2(after), shift_mlp, scale_mlp))


class JointBlock(nn.Module):
    """Text and picture attend to both of them together. Keys: `context_block`, `x_block`."""

    def __init__(self, width: int, heads: int, *, normalise: bool, dual: bool, last: bool) -> None:
        super().__init__()
        self.context_block = StreamBlock(width, heads, normalise=normalise, closing=last)
        self.x_block = StreamBlock(width, heads, normalise=normalise, dual=dual)

    def forward(self, text: Tensor, picture: Tensor, condition: Tensor) -> tuple[Tensor | None, Tensor]:
        """Map text [B, T, width] and picture [B, N, width] under [B, width]; text is None after the last block."""
        pause_point()
        for_text, for_picture = self.context_block.modulation(condition), self.x_block.modulation(condition)
        entered = zip(self.context_block.enter(text, for_text), self.x_block.enter(picture, for_picture), strict=True)
        query, key, value = (torch.cat(pair, dim=2) for pair in entered)
        mixed = attend(query, key, value, None)
        length = text.shape[1]
        picture = self.x_block.leave(picture, mixed[:, length:], for_picture)
        if self.context_block.closing:
            return None, picture
        return self.context_block.leave(text, mixed[:, :length], for_text), picture
