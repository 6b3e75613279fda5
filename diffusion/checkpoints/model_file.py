"""A file of weights as the openers see it: names and shapes, what its author says of it, and where the bytes are."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from diffusion.checkpoints.container import Container, identify
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.facts import FileFacts, facts_from_metadata
from diffusion.checkpoints.header import MAX_HEADER_BYTES, read_header
from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.recipe import Keys
from diffusion.checkpoints.stores import JoinedStore, LoadedStore, MappedStore, ScaledStore, ShapesStore, TensorStore
from diffusion.checkpoints.torch_file import read_torch_file
from diffusion.checkpoints.weights import StoredWeights, WeightSource

_MOST_SHARDS = 1000
_SHARD = re.compile(r"(.+)-(\d{5})-of-(\d{5})(\.safetensors|\.bin)")


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
        configs: part of a diffusers folder → its settings, a JSON object; "" for a part opened alone.
    """

    path: Path
    shapes: Shapes
    store: TensorStore
    identity: str
    facts: FileFacts = field(default_factory=FileFacts)
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def source(self, names: Keys) -> WeightSource:
        """Return the weights of a part, given its names → names in the file."""
        return StoredWeights(self.store, names)


# `scaled_fp8` marks such a file; the scales of what flows in are for computing in eight bits.
_SCALES = (".scale_weight", ".weight_scale")
_SCALE_MARKS = ("scaled_fp8", "scale_input", "input_scale", "comfy_quant")


def with_scales(file: ModelFile) -> ModelFile:
    """Return the file with scaled eight-bit weights made whole as they are read; other files as they are."""
    scales = {name.removesuffix(end) + ".weight": name for name in file.shapes for end in _SCALES if name.endswith(end)}
    scales = {weight: scale for weight, scale in scales.items() if weight in file.shapes}
    marks = {name for name in file.shapes if name.rpartition(".")[2] in _SCALE_MARKS}
    if not scales and not marks:
        return file
    hidden = marks.union(scales.values())
    shapes = {name: shape for name, shape in file.shapes.items() if name not in hidden}
    return replace(file, shapes=shapes, store=ScaledStore(file.store, scales))


def identity_of(path: Path) -> str:
    """Return a text that changes when the file does: its place, time of change and size."""
    status = path.stat()
    return f"{path.resolve()}:{status.st_mtime_ns}:{status.st_size}"


def _open_single(path: Path) -> ModelFile:
    identity = identity_of(path)
    container = identify(path)
    if container is Container.SAFETENSORS:
        header = read_header(path)
        shapes = {name: entry.shape for name, entry in header.tensors.items()}
        store = MappedStore(path, header.tensors)
        return ModelFile(path, shapes, store, identity, facts_from_metadata(header.metadata, path), header.metadata)
    content = read_torch_file(path, container)
    shapes = {name: tuple(tensor.shape) for name, tensor in content.tensors.items()}
    return ModelFile(path, shapes, LoadedStore(content.tensors), identity, values=content.values)


def joined(path: Path, parts: Mapping[str, ModelFile]) -> ModelFile:
    """Return several files as one.

    Args:
        path: what to call the whole.
        parts: what to put before the names of each file → the file. Facts and metadata are the first one's.
    """
    first = next(iter(parts.values()))
    places = {prefix + name: (part.store, name) for prefix, part in parts.items() for name in part.shapes}
    shapes = {prefix + name: shape for prefix, part in parts.items() for name, shape in part.shapes.items()}
    identity = ";".join(part.identity for part in parts.values())
    return ModelFile(path, shapes, JoinedStore(places), identity, first.facts, first.metadata)


def _open_shards(path: Path, paths: Sequence[Path]) -> ModelFile:
    missing = [shard.name for shard in paths if not shard.is_file()]
    if missing:
        raise CheckpointError(
            f"This model comes in {len(paths)} files, and {missing[0]} is not there",
            where=path,
            remedy="Put all of them into one folder.",
        )
    opened = [_open_single(shard) for shard in paths]
    whole = opened[0]
    for part in opened[1:]:
        places = {name: (whole.store, name) for name in whole.shapes} | {
            name: (part.store, name) for name in part.shapes
        }
        whole = replace(
            whole,
            shapes={**whole.shapes, **part.shapes},
            store=JoinedStore(places),
            identity=f"{whole.identity};{part.identity}",
        )
    return replace(whole, path=path)


def _indexed(path: Path) -> list[Path]:
    """Return the shards that an index of diffusers or transformers names."""
    try:
        if path.stat().st_size > MAX_HEADER_BYTES:
            raise ValueError("it is too large")
        names = sorted({str(name) for name in json.loads(path.read_text(encoding="utf-8"))["weight_map"].values()})
        if not names or any(Path(name).name != name or name.startswith(".") for name in names):
            raise ValueError("it names files outside its folder")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(
            f"This index of a model's files cannot be read ({error})", where=path, remedy="Download it again."
        ) from error
    return [path.parent / name for name in names]


def open_file(path: Path) -> ModelFile:
    """Open a file of any container we read; of a safetensors file only the header is read.

    A shard (`…-00001-of-00003.safetensors`) or an index (`….index.json`) opens the whole model.

    Raises:
        CheckpointError: the file is damaged or dangerous, or a shard is missing.
        FileNotFoundError: there is no such file.
    """
    if path.name.endswith(".json") and ".index" in path.name:
        return with_scales(_open_shards(path, _indexed(path)))
    shard = _SHARD.fullmatch(path.name)
    if shard is None:
        return with_scales(_open_single(path))
    stem, _, total, suffix = shard.groups()
    if int(total) > _MOST_SHARDS:
        raise CheckpointError(
            f"This file says it is one of {int(total)}", where=path, remedy="Choose a model of fewer files."
        )
    names = [f"{stem}-{number:05}-of-{total}{suffix}" for number in range(1, int(total) + 1)]
    return with_scales(_open_shards(path, [path.parent / name for name in names]))


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
