"""A CLIP text encoder with its projection into the space shared with pictures (Stable Diffusion 3's first two)."""

from torch import Tensor, nn

from diffusion.networks.clip import ClipText, ClipTextConfig


class ClipTextWithProjection(ClipText):
    """Like `ClipText`, and pooled features → the shared space. Further key: `text_projection.weight`."""

    def __init__(self, config: ClipTextConfig, projection: int) -> None:
        super().__init__(config)
        self.text_projection = nn.Linear(config.width, projection, bias=False)

    def project(self, pooled: Tensor) -> Tensor:
        """Take pooled features [B, width] to the space shared with pictures, [B, projection]."""
        return self.text_projection(pooled)
