"""Latent diffusion on its starter, many prompts at once, through the functions behind the nodes."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.guidance.mixing import ClassifierFree
from diffusion.image.pixels import to_pillow
from diffusion.sample import RunSettings, sigmas_for_run
from diffusion.samplers.choice import SolverChoice
from diffusion.text.tokenizer_files import text_encoder
from nodes.autoencoding import decode, encode
from nodes.opened import model_of, vae_of
from nodes.sampling_run import Run, process_of, run
from nodes.sockets import AutoencoderModel, DiffusionModel, GuiderChoice, LatentBatch, NoiseChoice, TextModel
from training.evidence.bench import BATCH, Bench, Words, as_tensor
from training.starters import CLIP_TEXT, SD

CELLS = 16
"""Cells of a latent along a side: 128 pixels."""


class SdBench(Bench):
    """The starter's UNet, text encoder and autoencoder, leased as a job leases them."""

    @cached_property
    def model(self) -> DiffusionModel:
        """The UNet."""
        return self._parts[0]

    @cached_property
    def vae(self) -> AutoencoderModel:
        """The autoencoder."""
        return self._parts[1]

    @cached_property
    def _parts(self) -> tuple[DiffusionModel, AutoencoderModel]:
        opened = open_model(SD)
        model, vae = model_of(opened, SD), vae_of(opened, SD)
        assert isinstance(model, DiffusionModel) and isinstance(vae, AutoencoderModel)
        return model, vae

    @cached_property
    def _text(self) -> TextModel:
        return TextModel(tuple(text_encoder(text, CLIP_TEXT) for text in open_model(CLIP_TEXT).text), "sd1")

    def prompts(self, captions: Sequence[str]) -> Words:
        """Encode captions with the starter's own text encoder, a row for each."""
        return self.read(captions, self._text)

    def levels(self, steps: int, denoise: float = 1.0) -> Tensor:
        """Noise levels [steps + 1] of a run."""
        return sigmas_for_run(RunSettings("euler", "normal", steps, denoise), process_of(self.model))

    def latents(
        self,
        words: Words,
        seeds: Sequence[int],
        *,
        cfg: float,
        sigmas: Tensor,
        start: LatentBatch | None = None,
        model: DiffusionModel | None = None,
    ) -> Tensor:
        """Walk along levels, for every row of `words` with its own seed.

        Args:
            words: a row for each picture.
            seeds: likewise.
            cfg: scale of classifier-free guidance.
            sigmas: see `levels`.
            start: latents, and masks if any, a row for each; None for nothing.
            model: another record of the network, or another network; None for the starter as it is.

        Returns:
            [N, 4, 16, 16], the autoencoder's.
        """
        begin: LatentBatch = start or {"samples": torch.zeros(len(seeds), 4, CELLS, CELLS)}
        empty = self.prompts([""])
        made: list[Tensor] = []
        for first in range(0, len(seeds), BATCH):
            part = slice(first, first + BATCH)
            asked = [(row[part], _cut(options, part)) for row, options in words]
            guider = GuiderChoice(
                model or self.model, ClassifierFree(cfg), {"positive": asked, "negative": _alike(empty, asked)}
            )
            here: LatentBatch = {"samples": begin["samples"][part], "batch_index": list(seeds[part])}
            if "noise_mask" in begin:
                here["noise_mask"] = begin["noise_mask"][part]
            # A picture's seed is the run's and its number in the batch; here the number alone tells it.
            plan = Run(SolverChoice("euler"), sigmas, NoiseChoice(0))
            made.append(run(self.context, guider, here, plan).latent["samples"])
        return torch.cat(made)

    def encoded(self, pictures: Sequence[Image.Image]) -> Tensor:
        """Latents [N, 4, h, w] of pictures, the autoencoder's means."""
        return torch.cat(
            [
                encode(self.context, self.vae, as_tensor(pictures[first : first + BATCH]))
                for first in range(0, len(pictures), BATCH)
            ]
        )

    def decoded(self, latents: Tensor) -> list[Image.Image]:
        """Pictures of the autoencoder's latents."""
        made: list[Image.Image] = []
        for part in latents.split(BATCH):
            made += [to_pillow(picture) for picture in decode(self.context, self.vae, part)]
        return made


def _cut(options: Mapping[str, Any], part: slice) -> dict[str, Any]:
    """Options of some rows: what is a tensor has a row for each."""
    return {name: value[part] if isinstance(value, Tensor) else value for name, value in options.items()}


def _alike(empty: Words, asked: Words) -> Words:
    """The empty prompt under the options of what is asked: an inpainting model is shown the same hole for both."""
    return [(empty[0][0], options) for _, options in asked]
