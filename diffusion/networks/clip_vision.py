"""CLIP's image encoder, a vision transformer (Dosovitskiy et al. 2021; Radford et al. 2021), named as in files."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.clip_layers import ClipEncoder
from diffusion.networks.interrupt import pause_point


@dataclass(frozen=True)
class ClipVisionConfig:
    """What a file says about its image encoder. The defaults are ViT-L/14's.

    Attributes:
        width: of the patch features.
        mlp_width: inside the feed-forward.
        layers, heads: of the transformer.
        patch: side of a patch in pixels.
        size: side of the picture in pixels.
        projection: width of the space shared with text; 0 where the file has no projection.
        activation: "quick_gelu" (OpenAI's weights) or "gelu".
    """

    width: int = 1024
    mlp_width: int = 4096
    layers: int = 24
    heads: int = 16
    patch: int = 14
    size: int = 224
    projection: int = 768
    activation: str = "quick_gelu"


@dataclass(frozen=True)
class ClipVisionStates:
    """What the encoder made of pictures.

    Attributes:
        last: [B, 1 + patches, width], features of the last layer, the class token's first; no norm.
        penultimate: likewise of the layer before it.
        embedding: [B, projection] in the space shared with text (or [B, width] without a projection).
    """

    last: Tensor
    penultimate: Tensor
    embedding: Tensor


class _Patches(nn.Module):
    """Keys: `class_embedding`, `patch_embedding`, `position_embedding`."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        self.class_embedding = nn.Parameter(torch.zeros(config.width))
        self.patch_embedding = nn.Conv2d(3, config.width, config.patch, stride=config.patch, bias=False)
        self.position_embedding = nn.Embedding((config.size // config.patch) ** 2 + 1, config.width)

    def forward(self, pictures: Tensor) -> Tensor:
        """Map [B, 3, size, size] to [B, 1 + patches, width]."""
        patches = self.patch_embedding(pictures).flatten(2).transpose(1, 2)
        first = self.class_embedding.to(patches.dtype).expand(patches.shape[0], 1, -1)
        return torch.cat([first, patches], dim=1) + self.position_embedding.weight


class _VisionTransformer(nn.Module):
    """Keys: `embeddings`, `pre_layrnorm` (so in every file), `encoder`, `post_layernorm`."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        self.embeddings = _Patches(config)
        self.pre_layrnorm = nn.LayerNorm(config.width)
        self.encoder = ClipEncoder(config.width, config.mlp_width, config.heads, config.layers, config.activation)
        self.post_layernorm = nn.LayerNorm(config.width)


class ClipVision(nn.Module):
    """Pictures → features. Keys: `vision_model.…`, `visual_projection`."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        self.config = config
        self.vision_model = _VisionTransformer(config)
        if config.projection:
            self.visual_projection = nn.Linear(config.width, config.projection, bias=False)

    def forward(self, pictures: Tensor) -> ClipVisionStates:
        """Encode pictures [B, 3, size, size], normalised as `clip_pixels` does.

        Raises:
            ValueError: another size.
        """
        side = self.config.size
        if tuple(pictures.shape[1:]) != (3, side, side):
            raise ValueError(f"this encoder reads pictures of {side} × {side}, and this one is {tuple(pictures.shape)}")
        pause_point()
        model = self.vision_model
        hidden = model.encoder.states(model.pre_layrnorm(model.embeddings(pictures)))
        pooled = model.post_layernorm(hidden[-1][:, 0])
        embedding = self.visual_projection(pooled) if self.config.projection else pooled
        return ClipVisionStates(last=hidden[-1], penultimate=hidden[-2], embedding=embedding)
