"""The same layers in forms that train several times faster on a CPU.

Measured on one core with 16 latents of 16×16: the fused attention and the group norm of PyTorch took 72 % of a
step, nearly all of it in their backward passes. Plain matrix products and layer norm's kernel do the same sums.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.attention import Attention


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


def quicken(model: nn.Module) -> None:
    """Change a model's layers to their quick forms in place; weights, keys and results stay."""
    for module in model.modules():
        if type(module) is nn.GroupNorm:
            module.__class__ = QuickGroupNorm
        elif type(module) is Attention:
            module.__class__ = QuickAttention
