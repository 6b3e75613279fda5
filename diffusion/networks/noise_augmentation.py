"""Noise on an image embedding, and word of how much: what Stable unCLIP's UNet reads as its vector."""

import torch
from torch import Tensor

from diffusion.networks.embedding import timestep_embedding
from diffusion.schedules.forward import noised


def noised_embedding(
    embedding: Tensor, noise: Tensor, level: Tensor, cumulative: Tensor, mean: Tensor, deviation: Tensor
) -> Tensor:
    """Noise an image embedding in the space where its values have mean 0 and deviation 1.

    Args:
        embedding: [B, width], as CLIP makes it.
        noise: standard normal, [B, width].
        level: [B] whole numbers, 0 (little noise) to 999 (nothing left).
        cumulative: ᾱ of the noise's schedule (cosine in the published models), [1000].
        mean, deviation: of CLIP's embeddings over the training set, [1, width]; 0 and 1 where a model has none.
    """
    return noised((embedding - mean) / deviation, noise, cumulative, level) * deviation + mean


def embedding_vector(embedding: Tensor, level: Tensor) -> Tensor:
    """Put a noised embedding [B, width] and the embedding of its noise level [B] together, [B, 2·width]."""
    return torch.cat([embedding, timestep_embedding(level, embedding.shape[1]).to(embedding.dtype)], dim=1)
