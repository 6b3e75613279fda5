"""DeepFloyd IF (2023), Imagen's cascade (Saharia et al. 2022) with published weights, under its published keys."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.adm import AdmConfig
from diffusion.networks.residual import activation_layer
from diffusion.networks.text_adm import PixelText, TextAdmUNet
from diffusion.networks.transformer import attend


@dataclass(frozen=True)
class DeepFloydTextConfig:
    """What shapes say about how a stage takes T5's features in.

    Attributes:
        t5_width: of T5's features.
        width: of the sequence that attention looks at; the two differ in all published stages.
        pool_heads: of the attention that pools the text.
        augmented: whether the stage reads a small picture and is told how much noise was put on it.
    """

    t5_width: int = 4096
    width: int = 2816
    pool_heads: int = 64
    augmented: bool = False


class AttentionPooling(nn.Module):
    """Pools a sequence by letting its mean attend to it. Keys: `positional_embedding`, `q_proj`, `k_proj`, `v_proj`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.positional_embedding = nn.Parameter(torch.zeros(1, width))
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, T, width] to [B, width]."""
        mean = x.mean(dim=1, keepdim=True) + self.positional_embedding
        tokens = torch.cat([mean, x], dim=1)
        query, key, value = (
            self._split(part) for part in (self.q_proj(mean), self.k_proj(tokens), self.v_proj(tokens))
        )
        return attend(query, key, value, None)[:, 0]


class DeepFloydUNet(TextAdmUNet):
    """Text (and a small picture) → noise and variance of a picture.

    Keys: those of the UNet, and `encoder_pooling`, `encoder_proj`, `aug_proj` (upsampling stages).
    """

    def __init__(self, config: AdmConfig, text: DeepFloydTextConfig) -> None:
        super().__init__(config)
        self.t5_width = text.t5_width
        self.encoder_proj = nn.Identity() if text.t5_width == text.width else nn.Linear(text.t5_width, text.width)
        self.encoder_pooling = nn.Sequential(
            nn.LayerNorm(text.t5_width),
            AttentionPooling(text.t5_width, text.pool_heads),
            nn.Linear(text.t5_width, config.embedding_width),
            nn.LayerNorm(config.embedding_width),
        )
        self.aug_proj = self.embedding_mlp() if text.augmented else None
        self.activation = activation_layer(config.style.activation)

    def read(self, features: Tensor) -> PixelText:
        """Take T5's features [B, T, t5_width] in; padding is not masked."""
        return PixelText(self.encoder_proj(features), self.encoder_pooling(features))

    def augment(self, text: PixelText, timesteps: Tensor) -> PixelText:
        """Tell an upsampling stage the timesteps [B] of the noise that was put on its small picture."""
        if self.aug_proj is None:
            raise ValueError("this stage reads no small picture, so there is no noise on it to tell")
        noise = self.aug_proj(self.sinusoids(timesteps, text.vector.dtype))
        return PixelText(text.sequence, text.vector + noise, text.mask)

    def steer(self, x: Tensor, timesteps: Tensor, text: PixelText) -> Tensor:
        """Predict from a noisy picture [B, in_channels, H, W], timesteps [B] (0 to 1000) and text."""
        embedding = self.embed(timesteps, None, x.dtype) + text.vector
        if not self.config.style.activate_embedding:
            embedding = self.activation(embedding)
        return self.predict(x, embedding, text.sequence, text.mask)


def grown_picture(low_resolution: Tensor, size: tuple[int, int]) -> Tensor:
    """Grow a small picture [B, 3, h, w] to what an upsampling stage reads beside x, corners on corners."""
    return F.interpolate(low_resolution, size, mode="bilinear", align_corners=True)
