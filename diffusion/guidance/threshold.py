"""Keeps a predicted picture within the range of pictures (Saharia et al. 2022, section 2.3)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.guidance.piece import Moment, Piece


def static_threshold(clean: Tensor) -> Tensor:
    """Cut a predicted picture [B, ...] to -1..1."""
    return clean.clamp(-1, 1)


def dynamic_threshold(clean: Tensor, share: float = 0.95, largest: float = 1.5) -> Tensor:
    """Cut each predicted picture at its own brightest values and bring it back to -1..1.

    Strong guidance drives pixels out of range; cutting them alone would leave flat, saturated areas.

    Args:
        clean: predicted pictures [B, ...].
        share: of the values whose size is kept; the rest is cut.
        largest: limit on where the cut is made; 1 is the static threshold.
    """
    # The arithmetic of torch.quantile, which refuses pictures of more than 16 million values.
    sizes = clean.abs().flatten(1).float().sort(dim=1).values
    place = share * (sizes.shape[1] - 1)
    low = int(place)
    high = min(low + 1, sizes.shape[1] - 1)
    cut = sizes[:, low] + (place - low) * (sizes[:, high] - sizes[:, low])
    cut = cut.clamp(1, largest).to(clean.dtype).reshape(-1, *[1] * (clean.ndim - 1))
    return clean.clamp(-cut, cut) / cut


def mimicking_threshold(strong: Tensor, mild: Tensor, share: float = 0.995) -> Tensor:
    """Bring the range of a strongly guided latent to a mildly guided one's: the dynamic threshold for latents.

    A latent has no -1..1 to be kept in, so the range of each channel is taken from a prediction whose scale is known to
    do well (after mcmonkey's "Dynamic Thresholding", 2023). So is its mean, which "Dynamic Thresholding" leaves: a
    strong scale moves that too, and tints the whole picture.

    Args:
        strong, mild: predictions [B, C, H, W].
        share: of the values of `strong` whose size is kept; the rest is cut.
    """
    middle, mild_middle = strong.mean(dim=(2, 3), keepdim=True), mild.mean(dim=(2, 3), keepdim=True)
    centred = strong - middle
    sizes = centred.abs().flatten(2).float().sort(dim=2).values
    cut = sizes[..., int(share * (sizes.shape[2] - 1))][..., None, None].to(strong.dtype)
    wanted = (mild - mild_middle).abs().amax(dim=(2, 3), keepdim=True)
    # A channel that is already milder is not stretched.
    cut = torch.maximum(cut, wanted).clamp(min=1e-8)
    return centred.clamp(-cut, cut) * (wanted / cut) + mild_middle


@dataclass(frozen=True)
class StaticThreshold(Piece):
    """Cuts every predicted picture to -1..1."""

    def finish(self, moment: Moment, guided: Tensor) -> Tensor:
        """Return the prediction, cut."""
        return static_threshold(guided)


@dataclass(frozen=True)
class DynamicThreshold(Piece):
    """Cuts every predicted picture at its own brightest values; see `dynamic_threshold`."""

    share: float = 0.995
    largest: float = 1.5

    def finish(self, moment: Moment, guided: Tensor) -> Tensor:
        """Return the prediction, cut and brought back."""
        return dynamic_threshold(guided, self.share, self.largest)


@dataclass(frozen=True)
class LatentThreshold(Piece):
    """Brings a latent guided at more than `mimic_scale` to the range that scale has; see `mimicking_threshold`."""

    mimic_scale: float = 7.0
    share: float = 0.995

    def finish(self, moment: Moment, guided: Tensor) -> Tensor:
        """Return the prediction in a milder one's range."""
        if moment.negative is None or moment.scale <= self.mimic_scale:
            return guided
        mild = moment.negative + self.mimic_scale * (moment.positive - moment.negative)
        return mimicking_threshold(guided, mild, self.share)
