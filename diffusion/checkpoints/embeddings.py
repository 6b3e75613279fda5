"""Learned words (textual inversion, Gal et al. 2022): files of a few vectors that stand in a prompt like words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from torch import Tensor

from diffusion.checkpoints.container import Container, identify
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.model_file import open_file
from diffusion.checkpoints.torch_file import read_torch_values

LARGEST_FILE = 64 * 2**20
_DEEPEST = 4


@dataclass(frozen=True)
class LearnedWord:
    """The vectors of a learned word, one tensor [n, width] for each encoder it was made for."""

    vectors: tuple[Tensor, ...]

    def of_width(self, width: int) -> Tensor | None:
        """Return the vectors [n, width] for an encoder of that width, or None if it was made for others."""
        return next((tensor for tensor in self.vectors if tensor.shape[-1] == width), None)


def _tensors_in(value: Any, depth: int = 0) -> Iterator[Tensor]:
    """Find tensors wherever the many writers of such files put them."""
    if isinstance(value, Tensor):
        yield value
        return
    if depth >= _DEEPEST:
        return
    if isinstance(value, Mapping):
        table = cast("Mapping[Any, Any]", value)
        # Automatic1111's files hold bookkeeping beside the vectors.
        parts = [table["string_to_param"]] if "string_to_param" in table else list(table.values())
    elif isinstance(value, list | tuple):
        parts = list(cast("list[Any]", value))
    else:
        return
    for part in parts:
        yield from _tensors_in(part, depth + 1)


def words_from(value: Any) -> LearnedWord:
    """Gather the vectors out of a file's content: {token: (d,) or (n, d)}, "string_to_param", "clip_l"/"clip_g", lists.

    Raises:
        ValueError: there are none, or several of one width.
    """
    vectors: list[Tensor] = []
    for tensor in _tensors_in(value):
        if not tensor.is_floating_point() or tensor.dim() not in (1, 2):
            continue
        rows = tensor if tensor.dim() == 2 else tensor[None]
        if any(rows.shape[-1] == other.shape[-1] for other in vectors):
            raise ValueError("it holds several words; save each into a file of its own")
        vectors.append(rows.detach())
    if not vectors:
        raise ValueError("it holds no vectors")
    return LearnedWord(tuple(vectors))


def read_embedding(path: Path) -> LearnedWord:
    """Read a learned word from safetensors, `.pt` or `.bin`, without running anything in the file.

    Raises:
        CheckpointError: the file is damaged, too large, or holds no learned word.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"it is larger than {LARGEST_FILE >> 20} MiB")
        container = identify(path)
        if container is Container.SAFETENSORS:
            file = open_file(path)
            return words_from({name: file.store.read(name) for name in file.shapes})
        return words_from(read_torch_values(path, container))
    except ValueError as error:
        raise CheckpointError(
            f"This is not a file of a learned word: {error}",
            where=path,
            remedy="Put textual-inversion files, and nothing else, into models/embeddings.",
        ) from error
