"""The CLIP image embeddings that a prompt carries for unCLIP's decoders, and noise on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from diffusion.families.family import Frame, Prompt
from diffusion.networks.noise_augmentation import embedding_vector, noised_embedding
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas

# Keeps the embedding's noise apart from the run's own, which is drawn from the same seed.
OTHER_STREAM = 0x0C11_9E3B


@dataclass(frozen=True)
class GivenEmbedding:
    """An image embedding with what a node says about it.

    Attributes:
        embedding: [B, D].
        strength: how much it counts; 1 is as trained.
        noise: share 0..1 of the noise schedule put on it: less of the picture's detail is kept.
        mean, deviation: [1, D], of CLIP's embeddings over a training set; None for none.
    """

    embedding: Tensor
    strength: float = 1.0
    noise: float = 0.0
    mean: Tensor | None = None
    deviation: Tensor | None = None


def _embedding_of(entry: Any) -> Tensor:
    given = entry.get("image_embeds")
    if given is None:
        given = getattr(entry.get("clip_vision_output"), "image_embeds", None)
    if given is None:
        raise ValueError("An unCLIP entry of this conditioning holds no image embedding.")
    return given


def given_embeddings(prompt: Prompt) -> list[GivenEmbedding]:
    """Return the image embeddings of a prompt, as `unCLIPConditioning` and `ImageEmbedConditioning` left them.

    Raises:
        ValueError: an entry holds none.
    """
    found: list[GivenEmbedding] = []
    for entry in prompt.options.get("unclip_conditioning", ()):
        mean, deviation = entry.get("statistics", (None, None))
        noise, strength = float(entry.get("noise_augmentation", 0.0)), float(entry.get("strength", 1.0))
        found.append(GivenEmbedding(_embedding_of(entry), strength, noise, mean, deviation))
    return found


def _of_width(given: GivenEmbedding, width: int, frame: Frame) -> Tensor:
    embedding = given.embedding.to(frame.device, torch.float32)
    if embedding.shape[-1] != width:
        raise ValueError(
            f"{frame.record.title} reads image embeddings {width} wide, and this one is {embedding.shape[-1]} wide: "
            "it comes from another CLIP. Use the image encoder or the prior that belongs to this model."
        )
    return embedding


def mixed_embedding(prompt: Prompt, width: int, frame: Frame) -> Tensor | None:
    """Return the prompt's one image embedding [B, width], or None where it has none.

    Several are averaged, each as much as its strength says; a strength other than 1 on a single one scales it.

    Raises:
        ValueError: an embedding of another width.
    """
    given = given_embeddings(prompt)
    if not given:
        return None
    weights = [one.strength for one in given]
    total = sum(weights) if len(given) > 1 else 1.0
    if total == 0:
        raise ValueError("The strengths of the image embeddings add up to 0. Raise one of them.")
    rows = [_of_width(one, width, frame) * (weight / total) for one, weight in zip(given, weights, strict=True)]
    return torch.stack(torch.broadcast_tensors(*rows)).sum(dim=0)


def _seeded(seeds: Sequence[int], width: int) -> Tensor:
    drawn = [torch.randn(width, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(drawn)


def augmented_vector(prompt: Prompt, width: int, frame: Frame) -> Tensor:
    """Return the vector of Stable unCLIP: noised embeddings, each with word of its noise, [B, 2·width]; zeros for none.

    Several are added, each as much as its strength says. Noise is drawn on the CPU from the run's seed.

    Raises:
        ValueError: an embedding of another width, or a share of noise out of range.
    """
    total = torch.zeros(frame.batch, 2 * width, device=frame.device)
    for number, given in enumerate(given_embeddings(prompt)):
        embedding = _of_width(given, width, frame)
        if not 0 <= given.noise <= 1:
            raise ValueError(f"noise_augmentation is {given.noise}; it is a share of the schedule, 0 to 1.")
        rows = embedding[torch.arange(frame.batch, device=embedding.device) % len(embedding)]
        seeds = [((frame.seed + row) % 2**64) ^ (OTHER_STREAM + number) for row in range(frame.batch)]
        level = torch.full((frame.batch,), round(given.noise * 999), device=frame.device)
        mean = torch.zeros(1, width) if given.mean is None else given.mean
        deviation = torch.ones(1, width) if given.deviation is None else given.deviation
        noise = _seeded(seeds, width).to(rows)
        kept = cumulative_alphas(cosine_betas())
        noisy = noised_embedding(rows, noise, level, kept, mean.to(rows), deviation.to(rows))
        total = total + embedding_vector(noisy, level) * given.strength
    return total
