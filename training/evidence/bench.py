"""What every page measures with: a context to run nodes in, and the starters' CLIP."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.text.tokenizer_files import text_encoder
from graph_engine.memory.torch_backend import device_memory
from graph_engine.spec.sdk import NodeContext
from nodes.conditioning import clip_text_encode
from nodes.sockets import ImageEncoder, TextModel
from nodes.vision import clip_vision_encode
from training.starters import CLIP, CLIP_TEXT

BATCH = 16
"""Pictures that are painted at once."""
Words = list[tuple[Tensor, dict[str, Any]]]
"""A conditioning with a row for each prompt."""


def as_tensor(pictures: Sequence[Image.Image]) -> Tensor:
    """Pictures of one size as [N, H, W, 3] in 0..1."""
    levels = np.stack([np.asarray(one.convert("RGB")) for one in pictures])
    return torch.from_numpy(levels).float() / 255


class Bench:
    """A context with the starters' CLIP, leased as a job leases it."""

    def __init__(self) -> None:
        self.context = NodeContext(
            node_id="evidence",
            job_id="evidence",
            files=cast(Any, None),  # no prompt here has a learned word, which alone would be looked for
            memory=device_memory("cpu"),
            report=lambda done, total, preview: None,
            cancelled=lambda: False,
        )

    @cached_property
    def _clip(self) -> TextModel:
        opened = open_model(CLIP_TEXT)
        return TextModel(tuple(text_encoder(text, CLIP_TEXT) for text in opened.text), "unclip")

    @cached_property
    def _eye(self) -> ImageEncoder:
        vision = open_model(CLIP).vision
        assert vision is not None
        return ImageEncoder(vision)

    def read(self, prompts: Sequence[str], encoder: TextModel) -> Words:
        """Encode prompts with an encoder, a row for each."""
        told = [clip_text_encode(self.context, text=prompt, clip=encoder).values[0][0] for prompt in prompts]
        names = told[0][1]
        return [
            (torch.cat([row for row, _ in told]), {name: torch.cat([said[name] for _, said in told]) for name in names})
        ]

    def words(self, prompts: Sequence[str]) -> Words:
        """Encode prompts with the text encoder that shares a space with pictures, a row for each."""
        return self.read(prompts, self._clip)

    @staticmethod
    def text_embeddings(words: Words) -> Tensor:
        """Text embeddings [N, D] of what `words` encoded."""
        return words[0][1]["pooled_output"]

    def see(self, pictures: Sequence[Image.Image]) -> Tensor:
        """Image embeddings [N, D]."""
        parts: list[Tensor] = []
        for start in range(0, len(pictures), 64):
            image = as_tensor(pictures[start : start + 64])
            parts.append(clip_vision_encode(self.context, clip_vision=self._eye, image=image).image_embeds)
        return torch.cat(parts)
