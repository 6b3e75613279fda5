"""Learns how image embeddings become codes: principal components in buckets (Ramesh et al. 2022, section 2.2)."""

import torch
from torch import Tensor

from diffusion.networks.autoregressive_prior import ImageCodes


@torch.no_grad()
def fit_image_codes(codes: ImageCodes, images: Tensor, texts: Tensor) -> float:
    """Fit codes to embeddings of a training set.

    Args:
        codes: filled in place.
        images, texts: embeddings [N, D] of N pictures and of their captions.

    Returns:
        The share of the images' variance that the kept components hold.

    Raises:
        ValueError: fewer pictures than components.
    """
    kept = len(codes.axes)
    if len(images) <= kept:
        raise ValueError(f"Fitting {kept} components takes more than {kept} pictures; here are {len(images)}.")
    data = images.double()
    mean = data.mean(dim=0)
    _, spreads, axes = torch.linalg.svd(data - mean, full_matrices=False)
    places = (data - mean) @ axes[:kept].T
    codes.mean.copy_(mean)
    codes.axes.copy_(axes[:kept])
    codes.low.copy_(places.amin(dim=0))
    codes.high.copy_(places.amax(dim=0))
    agreement = (images.double() * texts.double()).sum(dim=-1)
    shares = torch.linspace(0, 1, len(codes.agreement_edges) + 2, dtype=torch.float64)[1:-1]
    codes.agreement_edges.copy_(torch.quantile(agreement, shares))
    return (spreads[:kept].square().sum() / spreads.square().sum()).item()


def round_trip_bound(codes: ImageCodes) -> float:
    """Return how far decoding may end from what was encoded, within the kept components and the fitted range.

    Half a bucket along each axis, and the axes stand at right angles.
    """
    half = (codes.high - codes.low).double() / codes.buckets / 2
    return half.square().sum().sqrt().item()
