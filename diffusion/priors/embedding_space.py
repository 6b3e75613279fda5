"""Moving about in the space of CLIP's image embeddings (Ramesh et al. 2022, section 3)."""

import torch
from torch import Tensor


def unit(embedding: Tensor) -> Tensor:
    """Scale embeddings [..., D] to length 1."""
    return torch.nn.functional.normalize(embedding.float(), dim=-1)


def spherical(first: Tensor, second: Tensor, share: float) -> Tensor:
    """Go from one embedding to another along the sphere (Shoemake 1985), [..., D].

    Lengths are interpolated apart from directions, so that two embeddings of one length give that length everywhere.

    Args:
        first, second: [..., D].
        share: 0 gives the first, 1 the second.

    Raises:
        ValueError: the embeddings point in opposite directions, between which no way is the shortest.
    """
    lengths = first.float().norm(dim=-1, keepdim=True), second.float().norm(dim=-1, keepdim=True)
    start, end = unit(first), unit(second)
    cosine = (start * end).sum(dim=-1, keepdim=True).clamp(-1, 1)
    if bool((cosine < -1 + 1e-6).any()):
        raise ValueError("These two embeddings point in opposite directions; there is no one way between them.")
    angle = cosine.acos()
    sine = angle.sin()
    turned = (((1 - share) * angle).sin() * start + (share * angle).sin() * end) / sine.clamp(min=1e-12)
    straight = unit((1 - share) * start + share * end)
    # Where the angle is all but 0 both sines are rounding errors; the straight way is the same there.
    direction = torch.where(sine < 1e-4, straight, turned)
    return direction * ((1 - share) * lengths[0] + share * lengths[1])


def text_difference(image: Tensor, text: Tensor, text_before: Tensor, share: float) -> Tensor:
    """Turn an image embedding towards what one text says and another does not (Ramesh et al. 2022, section 3.3).

    The difference of the texts' directions is scaled to the image embedding's length; the paper takes 0.25 to 0.5 of
    the way to it.

    Args:
        image: [..., D].
        text, text_before: embeddings [..., D] of what shall be, and of what is.
        share: 0 leaves the image as it is.

    Raises:
        ValueError: the texts say the same.
    """
    difference = unit(text) - unit(text_before)
    if bool((difference.norm(dim=-1) < 1e-6).any()):
        raise ValueError("Both texts say the same: there is no difference to go towards. Change one of them.")
    return spherical(image, unit(difference) * image.float().norm(dim=-1, keepdim=True), share)


def modality_gap(images: Tensor, texts: Tensor) -> tuple[float, float]:
    """Return how far apart CLIP keeps pictures and texts (Liang et al. 2022, "Mind the Gap").

    Args:
        images, texts: embeddings [N, D] and [M, D].

    Returns:
        The distance between the means of the unit vectors, and the mean cosine of image and text: pair by pair where
        there are as many of one as of the other, else of every pair.
    """
    pictures, words = unit(images), unit(texts)
    gap = (pictures.mean(dim=0) - words.mean(dim=0)).norm().item()
    similar = (pictures * words).sum(dim=-1) if len(pictures) == len(words) else pictures @ words.T
    return gap, similar.mean().item()


def best_matches(images: Tensor, text: Tensor, count: int) -> Tensor:
    """Return the numbers of the `count` pictures that fit a text best, best first (Ramesh et al. 2021, section 2.6).

    Args:
        images: embeddings [N, D].
        text: embedding [1, D] or [D].
        count: 1 or more; all of them where there are fewer.

    Returns:
        [count] int64; pictures that fit equally well keep their order.
    """
    fit = unit(images) @ unit(text).reshape(-1)
    return fit.argsort(descending=True, stable=True)[: max(1, count)]
