"""Keeps a predicted picture within the range of pictures (Saharia et al. 2022, section 2.3)."""

from torch import Tensor


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
