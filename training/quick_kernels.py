"""The same layers in forms that train several times faster on a CPU.

Measured on one core with 16 latents of 16×16: the fused attention and the group norm of PyTorch took 72 % of a
step, nearly all of it in their backward passes. Plain matrix products and layer norm's kernel do the same sums.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.attention import Attention
from diffusion.networks.autoregressive_prior import CachedBlock
from diffusion.networks.clip_layers import ClipAttention
from diffusion.networks.prior import BiasedAttention
from diffusion.networks.t5 import SelfAttention


class QuickGroupNorm(nn.GroupNorm):
    """Group norm by way of layer norm over each group."""

    def forward(self, input: Tensor) -> Tensor:
        """Normalise [B, C, H, W] in groups of channels."""
        batch, channels = input.shape[:2]
        grouped = input.contiguous().view(batch * self.num_groups, -1)
        normal = F.layer_norm(grouped, grouped.shape[1:], eps=self.eps).view(input.shape)
        return torch.addcmul(self.bias.view(1, channels, 1, 1), normal, self.weight.view(1, channels, 1, 1))


class QuickAttention(Attention):
    """Attention as two matrix products and a softmax."""

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Map [B, N, query_width] (and a context [B, T, context_width]) to [B, N, query_width]."""
        context = x if context is None else context
        query, key, value = (
            layer(source).unflatten(-1, (self.heads, -1)).transpose(1, 2).flatten(0, 1)
            for layer, source in ((self.to_q, x), (self.to_k, context), (self.to_v, context))
        )
        scores = torch.bmm(query * query.shape[-1] ** -0.5, key.transpose(1, 2))
        mixed = torch.bmm(torch.softmax(scores, dim=-1, dtype=scores.dtype), value)
        mixed = mixed.unflatten(0, (-1, self.heads)).transpose(1, 2).flatten(2)
        return self.to_out(mixed)


class QuickT5Attention(SelfAttention):
    """T5's attention as two matrix products and a softmax; its scores are not scaled."""

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Map [B, N, width] with a bias [1, heads, N, N] on the scores to [B, N, width]."""
        query, key, value = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.q, self.k, self.v)
        )
        scores = torch.matmul(query, key.transpose(2, 3)) + bias.to(query.dtype)
        mixed = torch.matmul(torch.softmax(scores, dim=-1, dtype=scores.dtype), value)
        return self.o(mixed.transpose(1, 2).flatten(2))


def plain_attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Attend as `diffusion.networks.transformer.attend` does with a mask of booleans: [B, heads, N, D] → [B, N, …]."""
    scores = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(-1, -2))
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    mixed = torch.matmul(torch.softmax(scores, dim=-1, dtype=scores.dtype), value)
    return mixed.transpose(1, 2).flatten(2)


class QuickClipAttention(ClipAttention):
    """CLIP's attention, plainly written."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map [B, N, width] to [B, N, width]; for `mask` see `plain_attend`."""
        query, key, value = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer in (self.q_proj, self.k_proj, self.v_proj)
        )
        return self.out_proj(plain_attend(query, key, value, mask))


class QuickBiasedAttention(BiasedAttention):
    """The diffusion prior's attention, plainly written."""

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map [B, N, width] with a mask (see `plain_attend`) to [B, N, width]."""
        projected = (layer(x).unflatten(-1, (self.heads, -1)) for layer in (self.to_q, self.to_k, self.to_v))
        query, key, value = (part.transpose(1, 2) for part in projected)
        return self.to_out(plain_attend(query, key, value, mask))


class QuickCachedBlock(CachedBlock):
    """The autoregressive prior's block, plainly written; it starts afresh every time, as training does."""

    def forward(self, x: Tensor, mask: Tensor, past: tuple[Tensor, Tensor] | None) -> tuple[Tensor, Tensor, Tensor]:
        """Map [B, N, width] to the same; `past` must be None."""
        assert past is None
        fused = self.attn["c_qkv"](self.ln_1(x)).unflatten(-1, (3, self.heads, -1))
        query, key, value = fused.permute(2, 0, 3, 1, 4)
        x = x + self.attn["c_proj"](plain_attend(query, key, value, mask))
        return x + self.mlp(self.ln_2(x)), key, value


_QUICK: dict[type[nn.Module], type[nn.Module]] = {
    nn.GroupNorm: QuickGroupNorm,
    Attention: QuickAttention,
    ClipAttention: QuickClipAttention,
    BiasedAttention: QuickBiasedAttention,
    CachedBlock: QuickCachedBlock,
    SelfAttention: QuickT5Attention,
}


def quicken(model: nn.Module) -> None:
    """Change a model's layers to their quick forms in place; weights, keys and results stay."""
    for module in model.modules():
        quick = _QUICK.get(type(module))
        if quick is not None:
            module.__class__ = quick  # pyright: ignore[reportAttributeAccessIssue]
