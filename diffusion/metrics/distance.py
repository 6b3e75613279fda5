"""How far one set of pictures is from another, by the features of a network that sees both."""

import torch
from torch import Tensor


def frechet_distance(first: Tensor, second: Tensor) -> float:
    """Return the Fréchet distance between Gaussians fitted to features [N, D] and [M, D] (Heusel et al. 2017, eq. 6).

    |μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2·(Σ₁Σ₂)^½), the last from the eigenvalues of the symmetric Σ₁^½ Σ₂ Σ₁^½, which has the
    same ones. With fewer samples than features the covariance is singular and the figure too small: compare only
    sets of like size.

    Raises:
        ValueError: fewer than two samples in a set, or different widths.
    """
    _check(first, second)
    first, second = first.double(), second.double()
    gap = first.mean(dim=0) - second.mean(dim=0)
    spread_first, spread_second = (torch.atleast_2d(features.T.cov()) for features in (first, second))
    values, ways = torch.linalg.eigh(spread_first)
    root = (ways * values.clamp_min(0).sqrt()) @ ways.T
    cross = torch.linalg.eigvalsh(root @ spread_second @ root).clamp_min(0).sqrt().sum()
    distance = gap.square().sum() + spread_first.trace() + spread_second.trace() - 2 * cross
    return max(distance.item(), 0.0)


def kernel_distance(first: Tensor, second: Tensor) -> float:
    """Return the squared maximum mean discrepancy with the kernel (x·y/D + 1)³ (Bińkowski et al. 2018), unbiased.

    It needs no fitted covariance, so it holds for small sets too; it may come out a little below 0.

    Raises:
        ValueError: fewer than two samples in a set, or different widths.
    """
    _check(first, second)
    first, second = first.double(), second.double()
    width = first.shape[1]

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (a @ b.T / width + 1) ** 3

    def within(a: Tensor) -> Tensor:
        values = kernel(a, a)
        return (values.sum() - values.trace()) / (len(a) * (len(a) - 1))

    return (within(first) + within(second) - 2 * kernel(first, second).mean()).item()


def diversity(features: Tensor) -> float:
    """Return the mean cosine distance (0..2) between all pairs of features [N, D]: how different pictures are."""
    if len(features) < 2:
        raise ValueError("Diversity is between pictures: give at least two.")
    ways = torch.nn.functional.normalize(features.double(), dim=1)
    likeness = ways @ ways.T
    count = len(features)
    return 1 - ((likeness.sum() - likeness.trace()) / (count * (count - 1))).item()


def _check(first: Tensor, second: Tensor) -> None:
    if len(first) < 2 or len(second) < 2:
        raise ValueError("A distance between sets needs at least two pictures in each.")
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"The features differ in width: {first.shape[1]} and {second.shape[1]}.")
