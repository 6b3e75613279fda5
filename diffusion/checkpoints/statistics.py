"""Reads the mean and deviation of CLIP's embeddings that some priors were trained with (`ViT-L-14_stats.th`)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from torch import Tensor

from diffusion.checkpoints.container import Container, identify
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.model_file import open_file
from diffusion.checkpoints.torch_file import read_torch_values
from diffusion.priors.published import EmbeddingStatistics

_NAMES = (("mean", "std"), ("clip_mean", "clip_std"))


def _named(table: Mapping[str, Tensor]) -> tuple[Tensor, Tensor] | None:
    for mean, deviation in _NAMES:
        if mean in table and deviation in table:
            return table[mean], table[deviation]
    return None


def _found(path: Path) -> tuple[Tensor, Tensor] | None:
    container = identify(path)
    if container is Container.SAFETENSORS:
        file = open_file(path)
        source = file.source({name: name for name in file.shapes})
        return _named({name: source.read(name) for name in file.shapes})
    values: Any = read_torch_values(path, container)
    if isinstance(values, Mapping):
        return _named(cast("Mapping[str, Tensor]", values))
    if isinstance(values, Sequence):
        pair = list(cast("Sequence[Any]", values))
        if len(pair) == 2 and all(isinstance(value, Tensor) for value in pair):
            return pair[0], pair[1]
    return None


def read_statistics(path: Path) -> EmbeddingStatistics:
    """Read a file of two tensors: a pair (Karlo, Kandinsky 2), or "mean" and "std" (diffusers' image normaliser).

    Raises:
        CheckpointError: it holds something else, or one of them is no single row of numbers.
    """
    found = _found(path)
    if found is None or found[0].numel() != found[1].numel() or bool((found[1] <= 0).any()):
        raise CheckpointError(
            "This file does not hold the mean and the deviation of image embeddings",
            where=path,
            remedy="Choose ViT-L-14_stats.th, which is published beside the prior, or diffusers' image_normalizer.",
        )
    mean, deviation = (tensor.float().reshape(1, -1) for tensor in found)
    return EmbeddingStatistics(mean, deviation)
