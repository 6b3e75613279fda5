"""A file of weights as the openers see it: names and shapes, what its author says of it, and where the bytes are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from diffusion.checkpoints.container import Container, identify
from diffusion.checkpoints.facts import FileFacts, facts_from_metadata
from diffusion.checkpoints.header import read_header
from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.recipe import Keys
from diffusion.checkpoints.stores import LoadedStore, MappedStore, ShapesStore, TensorStore
from diffusion.checkpoints.torch_file import read_torch_file
from diffusion.checkpoints.weights import StoredWeights, WeightSource


@dataclass(frozen=True)
class ModelFile:
    """A file of weights, opened but not read.

    Attributes:
        path: where it lies.
        shapes: name → shape of every tensor in it.
        store: its tensors.
        identity: equal for equal content: path, time of change, size.
        facts: what its metadata says that shapes cannot.
        metadata: the strings its author attached.
        values: numbers and texts a torch file holds beside the weights, such as `global_step`.
    """

    path: Path
    shapes: Shapes
    store: TensorStore
    identity: str
    facts: FileFacts = field(default_factory=FileFacts)
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def source(self, names: Keys) -> WeightSource:
        """Return the weights of a part, given its names → names in the file."""
        return StoredWeights(self.store, names)


def open_file(path: Path) -> ModelFile:
    """Open a file of any container we read; of a safetensors file only the header is read.

    Raises:
        CheckpointError: the file is damaged or dangerous.
        FileNotFoundError: there is no such file.
    """
    status = path.stat()
    identity = f"{path.resolve()}:{status.st_mtime_ns}:{status.st_size}"
    container = identify(path)
    if container is Container.SAFETENSORS:
        header = read_header(path)
        return ModelFile(
            path,
            {name: entry.shape for name, entry in header.tensors.items()},
            MappedStore(path, header.tensors),
            identity,
            facts_from_metadata(header.metadata, path),
            header.metadata,
        )
    tensors = read_torch_file(path, container)
    return ModelFile(
        path, {name: tuple(tensor.shape) for name, tensor in tensors.items()}, LoadedStore(tensors), identity
    )


def file_of_shapes(
    shapes: Mapping[str, tuple[int, ...]],
    *,
    dtypes: Mapping[str, torch.dtype] | None = None,
    metadata: Mapping[str, str] | None = None,
    path: Path = Path("header"),
) -> ModelFile:
    """Return a file of which nothing but names and shapes is known: its networks can be built, not filled."""
    facts = facts_from_metadata(metadata or {}, path)
    return ModelFile(path, shapes, ShapesStore(shapes, dtypes or {}), str(path), facts, metadata or {})
