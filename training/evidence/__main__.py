"""The door to the evidence: `python -m training.evidence <page>` measures, paints, and writes one page."""

import argparse
from collections.abc import Callable
from pathlib import Path

import torch

from training.evidence import (
    augmentation,
    embedding_walks,
    encoder_or_unet,
    guidance,
    inpainting,
    latent_scale,
    text_encoders,
    text_or_prior,
    thresholds,
    two_priors,
)
from training.evidence.page import EVIDENCE

PAGES: dict[str, tuple[Callable[..., None], int]] = {
    text_or_prior.NAME: (text_or_prior.run, 96),
    two_priors.NAME: (two_priors.run, 96),
    thresholds.NAME: (thresholds.run, 32),
    guidance.NAME: (guidance.run, 16),
    augmentation.NAME: (augmentation.run, 24),
    encoder_or_unet.NAME: (encoder_or_unet.run, 192),
    text_encoders.NAME: (text_encoders.run, 192),
    embedding_walks.NAME: (embedding_walks.run, 48),
    inpainting.NAME: (inpainting.run, 24),
    latent_scale.NAME: (latent_scale.run, 24),
}
"""Page → what makes it, and how many scenes it usually asks for."""


def main() -> None:
    """Read the command line and make a page."""
    parser = argparse.ArgumentParser(prog="python -m training.evidence", description=__doc__)
    parser.add_argument("page", choices=sorted(PAGES))
    parser.add_argument("--count", type=int, help="how many scenes are asked for (default: the page's own)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=EVIDENCE, help="folder of the pages (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=0, help="of PyTorch; 0 leaves its own choice")
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    make, usual = PAGES[given.page]
    make(given.out, count=given.count or usual, seed=given.seed)


if __name__ == "__main__":
    main()
