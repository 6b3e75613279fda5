"""A classifier of noisy pictures, whose gradient guides a diffusion model (Dhariwal & Nichol 2021, section 4)."""

import torch
from torch import Tensor, nn

from diffusion.networks.adm import AdmConfig, AdmEncoder
from diffusion.networks.residual import NORM_GROUPS
from diffusion.networks.transformer import attend


class AttentionPool(nn.Module):
    """Pools a feature map by letting its mean attend to it (Radford et al. 2021).

    Keys: `positional_embedding` [C, 1 + side²], `qkv_proj`, `c_proj`. The fused layer holds all queries, then all
    keys, then all values.
    """

    def __init__(self, channels: int, heads: int, side: int, out_channels: int) -> None:
        super().__init__()
        self.heads = heads
        self.positional_embedding = nn.Parameter(torch.zeros(channels, side**2 + 1))
        self.qkv_proj = nn.Conv1d(channels, 3 * channels, 1)
        self.c_proj = nn.Conv1d(channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, side, side] to [B, out_channels]."""
        tokens = x.flatten(2)
        tokens = torch.cat([tokens.mean(dim=2, keepdim=True), tokens], dim=2) + self.positional_embedding
        fused = self.qkv_proj(tokens).unflatten(1, (3, self.heads, -1)).transpose(3, 4)
        query, key, value = fused.unbind(1)
        pooled = attend(query[:, :, :1], key, value, None)
        return self.c_proj(pooled.transpose(1, 2))[:, :, 0]


class NoisyClassifier(AdmEncoder):
    """Class scores of a noisy picture. Keys: those of `AdmEncoder`, and `out.0`, `out.2`."""

    def __init__(self, config: AdmConfig, side: int) -> None:
        """Args: the encoder's settings, with `out_channels` classes; the side of its coarsest feature map."""
        super().__init__(config)
        width = config.level_channels[-1]
        pool = AttentionPool(width, config.heads_at(width), side, config.out_channels)
        self.out = nn.Sequential(nn.GroupNorm(NORM_GROUPS, width), nn.SiLU(), pool)

    def forward(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """Map pictures [B, 3, H, W] in -1..1 with noise of timesteps [B] to scores [B, classes] (logits).

        The size is the one that the classifier was trained at.
        """
        hidden, _ = self.encode(x, self.embed(timesteps, None, x.dtype), None, None)
        return self.out(hidden)


def guidance_gradient(classifier: NoisyClassifier, x: Tensor, timesteps: Tensor, classes: Tensor) -> Tensor:
    """Return ∇ₓ log p(class | x) [B, 3, H, W] for class ids [B]; scaled, it is added to the mean of a step.

    Weights may be frozen, but not made in inference mode, which no gradient passes. The graph that the gradient
    needs is made and dropped here.
    """
    with torch.inference_mode(False), torch.enable_grad():
        watched = x.detach().clone().requires_grad_(True)
        scores = classifier(watched, timesteps.clone()).log_softmax(dim=-1)
        chosen = scores.gather(1, classes.clone()[:, None]).sum()
        return torch.autograd.grad(chosen, watched)[0]
