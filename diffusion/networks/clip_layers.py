"""Pre-norm transformer layers under the key names of transformers: CLIP's text and picture encoders."""

from collections.abc import Mapping

from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.transformer import QuickGelu, attend

# What files' configurations call the activation of the feed-forward.
_ACTIVATIONS: Mapping[str, type[nn.Module]] = {"quick_gelu": QuickGelu, "gelu": nn.GELU}


class ClipAttention(nn.Module):
    """Self-attention with one projection each. Keys: `q_proj`, `k_proj`, `v_proj`, `out_proj`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map [B, N, width] to [B, N, width]; for `mask` see `attend`."""
        query, key, value = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer in (self.q_proj, self.k_proj, self.v_proj)
        )
        return self.out_proj(attend(query, key, value, mask))


class ClipMlp(nn.Module):
    """Feed-forward. Keys: `fc1`, `fc2`."""

    def __init__(self, width: int, hidden: int, activation: str) -> None:
        super().__init__()
        if activation not in _ACTIVATIONS:
            known = ", ".join(_ACTIVATIONS)
            raise ValueError(f"CLIP has no activation named {activation!r}; its files say one of {known}")
        self.fc1 = nn.Linear(width, hidden)
        self.activation = _ACTIVATIONS[activation]()
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., width]."""
        return self.fc2(self.activation(self.fc1(x)))


class ClipLayer(nn.Module):
    """Attention, then feed-forward, each residual. Keys: `layer_norm1`, `self_attn`, `layer_norm2`, `mlp`."""

    def __init__(self, width: int, hidden: int, heads: int, activation: str) -> None:
        super().__init__()
        self.layer_norm1 = nn.LayerNorm(width)
        self.self_attn = ClipAttention(width, heads)
        self.layer_norm2 = nn.LayerNorm(width)
        self.mlp = ClipMlp(width, hidden, activation)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map [B, N, width] to [B, N, width]; for `mask` see `attend`."""
        pause_point()
        x = x + self.self_attn(self.layer_norm1(x), mask)
        return x + self.mlp(self.layer_norm2(x))


class ClipEncoder(nn.Module):
    """A stack of layers under `layers.N`."""

    def __init__(self, width: int, hidden: int, heads: int, layers: int, activation: str) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"a transformer {width} wide cannot have {heads} heads of equal width")
        self.layers = nn.ModuleList([ClipLayer(width, hidden, heads, activation) for _ in range(layers)])

    def states(self, x: Tensor, mask: Tensor | None = None) -> tuple[Tensor, ...]:
        """Return x before the first layer and after each one, [B, N, width] each."""
        states = [x]
        for layer in self.layers:
            states.append(layer(states[-1], mask))
        return tuple(states)
