"""Karlo's decoder (Lee et al. 2022), an unCLIP decoder (Ramesh et al. 2022) under its published keys.

Its upsampler is a pair of plain `AdmUNet`, one for the first steps of a run and one for the last, that read the grown
small picture as further channels.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.adm import AdmConfig, AdmUNet
from diffusion.networks.text_adm import PixelText, TextAdmUNet


@dataclass(frozen=True)
class KarloTextConfig:
    """What shapes say about how the decoder takes CLIP's features in. The defaults are the published model's.

    Attributes:
        clip_width: of CLIP's features and embeddings.
        width: of the sequence that attention looks at.
        image_tokens: number of tokens made from the image embedding.
    """

    clip_width: int = 768
    width: int = 1536
    image_tokens: int = 4


class KarloDecoder(TextAdmUNet):
    """CLIP image embedding and text → noise and variance of a 64 × 64 picture.

    Keys: those of the UNet, and `clip_emb`, `clip_tok_proj`, `text_feat_proj`, `text_seq_proj`, `cf_param` (the
    embedding that stands for no image, used by guidance).
    """

    def __init__(self, config: AdmConfig, text: KarloTextConfig) -> None:
        super().__init__(config)
        self.image_tokens = text.image_tokens
        self.clip_emb = nn.Linear(text.clip_width, config.embedding_width)
        self.clip_tok_proj = nn.Linear(text.clip_width, text.image_tokens * text.width)
        self.text_feat_proj = nn.Linear(text.clip_width, config.embedding_width)
        self.text_seq_proj = nn.Sequential(nn.Linear(text.clip_width, text.width), nn.LayerNorm(text.width))
        self.cf_param = nn.Parameter(torch.zeros(text.clip_width))

    def read(self, image: Tensor | None, pooled: Tensor, sequence: Tensor, mask: Tensor) -> PixelText:
        """Take CLIP's features in.

        Args:
            image: image embedding [B, clip_width], or None for no image.
            pooled: text embedding [B, clip_width].
            sequence: hidden states of the text [B, T, clip_width].
            mask: [B, T], true for real tokens.
        """
        if image is None:
            image = self.cf_param.expand(len(pooled), -1)
        # The published layer counts through the tokens first and through their channels last.
        tokens = self.clip_tok_proj(image).unflatten(1, (-1, self.image_tokens)).transpose(1, 2)
        seen = mask.new_ones(len(mask), self.image_tokens)
        return PixelText(
            sequence=torch.cat([tokens, self.text_seq_proj(sequence)], dim=1),
            vector=self.clip_emb(image) + self.text_feat_proj(pooled),
            mask=torch.cat([seen, mask], dim=1),
        )


class KarloUpsampler(nn.Module):
    """Small picture → 256 × 256: one network for all steps of a run but the last, and one for the last.

    Keys: `model_first_steps`, `model_last_step`; each an `AdmUNet`.
    """

    def __init__(self, first: AdmConfig, last: AdmConfig) -> None:
        super().__init__()
        self.config = first
        self.model_first_steps = AdmUNet(first)
        self.model_last_step = AdmUNet(last)

    def forward(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """Predict the noise [B, 3, H, W] of a picture with the grown small one behind it, [B, 6, H, W].

        All rows of a pass are at one timestep [B]; timestep 0 is the last.
        """
        last = bool(timesteps[0] == 0)
        return (self.model_last_step if last else self.model_first_steps)(x, timesteps)
