"""What is peculiar to a family of models: how conditioning becomes the inputs of its network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from diffusion.checkpoints.record import ModelRecord
from diffusion.conditioning import Conditioning


@dataclass(frozen=True)
class Prompt:
    """One entry of a conditioning as nodes pass it on.

    Attributes:
        sequence: [1 or B, T, width] token features.
        options: what else steers, under ComfyUI's keys: pooled_output, width, height, crop_w, crop_h, target_width,
            target_height, aesthetic_score, concat_latent_image, concat_mask, unclip_conditioning, guidance …
    """

    sequence: Tensor
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Frame:
    """What a run knows when it prepares the conditioning.

    Attributes:
        shape: of the latent, [B, C, H, W].
        device, dtype: of the network.
        record: the model's.
        positive: whether this conditioning is steered towards; families treat the other kind differently.
        latent: [B, C, H, W], the denoiser's own latent at the start of the run, before noise; or None.
        mask: [B, 1, H, W], 1 where the picture is repainted; or None.
        seed: of the run, for families that draw noise for their conditioning.
    """

    shape: tuple[int, ...]
    device: torch.device
    dtype: torch.dtype
    record: ModelRecord
    positive: bool = True
    latent: Tensor | None = None
    mask: Tensor | None = None
    seed: int = 0

    @property
    def batch(self) -> int:
        """How many pictures."""
        return self.shape[0]

    @property
    def pixel_size(self) -> tuple[int, int]:
        """Height and width of the picture in pixels."""
        return self.shape[-2] * self.record.latent.factor, self.shape[-1] * self.record.latent.factor


class Family(Protocol):
    """A family's habits; see `table.py` for all of them."""

    @property
    def name(self) -> str:
        """What records call it."""
        ...

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Turn a prompt into the network's inputs. Raises ValueError with a sentence when something is missing."""
        ...

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Run the network on x [B, C, H, W] (with "concat" joined already) and timesteps [B]; gives its raw output."""
        ...
