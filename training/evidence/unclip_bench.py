"""unCLIP on the starters, many prompts at once, through the functions behind the nodes."""

from functools import cached_property
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.image.pixels import to_pillow
from diffusion.pixel_run import PixelSettings, PixelStart
from diffusion.sample import seeds_for
from nodes.pixel_models import as_images, run_pixels
from nodes.priors import autoregressive_prior, diffusion_prior
from nodes.sockets import DiffusionModel, PriorModel
from nodes.unclip import unclip_decoder
from training.evidence.bench import BATCH, Bench, Words
from training.starters import AR_PRIOR, PRIOR, UNCLIP_DECODER

STEPS = 20
GUIDANCE = 3.0


class UnclipBench(Bench):
    """The priors and the decoder, leased as a job leases them."""

    @cached_property
    def _decoder(self) -> DiffusionModel:
        opened = open_model(UNCLIP_DECODER)
        assert opened.denoiser is not None and opened.record is not None
        return DiffusionModel(opened.denoiser, opened.record)

    def _prior(self, path: Path) -> PriorModel:
        opened = open_model(path).prior
        assert opened is not None
        return PriorModel(opened)

    @cached_property
    def _diffusion(self) -> PriorModel:
        return self._prior(PRIOR)

    @cached_property
    def _codes(self) -> PriorModel:
        return self._prior(AR_PRIOR)

    def by_diffusion(self, words: Words, *, seed: int = 1, cfg: float = 2.0, candidates: int = 2) -> Tensor:
        """Embeddings [N, D] by the diffusion prior."""
        return diffusion_prior(
            self.context,
            prior=self._diffusion,
            positive=words,
            negative=self.words([""]),
            seed=seed,
            cfg=cfg,
            candidates=candidates,
            batch_size=len(words[0][0]),
        )

    def by_codes(self, words: Words, *, seed: int = 1, cfg: float = 1.5, temperature: float = 0.5) -> Tensor:
        """Embeddings [N, D] by the autoregressive prior."""
        count = len(words[0][0])
        return autoregressive_prior(
            self.context,
            prior=self._codes,
            positive=words,
            seed=seed,
            cfg=cfg,
            temperature=temperature,
            batch_size=count,
        )

    def paint(
        self,
        embeddings: Tensor,
        words: Words | None = None,
        *,
        seed: int = 1,
        cfg: float = GUIDANCE,
        steps: int = STEPS,
    ) -> list[Image.Image]:
        """Decode embeddings [N, D] at 64 pixels; picture i starts from the noise of seed + i.

        Args:
            words: a row for each, or None for the empty prompt.
        """
        empty = self.words([""])
        made: list[Image.Image] = []
        for start in range(0, len(embeddings), BATCH):
            part = slice(start, start + BATCH)
            told = empty if words is None else [(words[0][0][part], {})]
            pixels = unclip_decoder(
                self.context,
                model=self._decoder,
                image_embed=embeddings[part],
                positive=told,
                negative=empty,
                seed=seed + start,
                steps=steps,
                cfg=cfg,
            )
            made += [to_pillow(picture) for picture in pixels]
        return made

    def paint_words(self, words: Words, settings: PixelSettings, *, seed: int = 1) -> Tensor:
        """Paint words alone, with no embedding, at 64 pixels; picture i starts from the noise of seed + i.

        Returns:
            [N, 64, 64, 3] in 0..1.
        """
        rows = words[0][0]
        width, height = self._decoder.record.resolution
        empty, made = self.words([""]), list[Tensor]()
        for start in range(0, len(rows), BATCH):
            told: Words = [(rows[start : start + BATCH], {})]
            count = len(told[0][0])
            begin = PixelStart(torch.zeros(count, 3, height, width), seeds_for(seed + start, count))
            made.append(as_images(run_pixels(self.context, self._decoder, begin, settings, told, empty)))
        return torch.cat(made)
