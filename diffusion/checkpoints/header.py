"""Reads the header of a safetensors file, strictly and without torch.

The format (https://huggingface.co/docs/safetensors): eight bytes give the length of a JSON object, which gives
type, shape and place of each tensor; the tensors' bytes follow without holes. Files come from strangers, so the
limits are tighter than the format's own: 32 MiB of header, 65,536 tensors, no name twice.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from diffusion.checkpoints.errors import CheckpointError

MAX_HEADER_BYTES = 32 * 2**20
MAX_TENSORS = 65_536
MAX_DIMENSIONS = 16

ITEM_SIZES: Mapping[str, int] = {
    "BOOL": 1,
    "U8": 1,
    "I8": 1,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "U16": 2,
    "I16": 2,
    "F16": 2,
    "BF16": 2,
    "U32": 4,
    "I32": 4,
    "F32": 4,
    "U64": 8,
    "I64": 8,
    "F64": 8,
}

_REMEDY = "Download the file again, or choose another one."


@dataclass(frozen=True)
class TensorEntry:
    """One tensor of a file: its type, its shape, and its bytes from `start` up to `end`, counted from byte 0."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Header:
    """What a safetensors file holds, and the strings its author attached."""

    tensors: Mapping[str, TensorEntry]
    metadata: Mapping[str, str]


class _RefusedError(ValueError):
    pass


def _refuse(reason: str) -> NoReturn:
    raise _RefusedError(reason)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        _refuse("its header names something twice")
    return result


def _natural(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        _refuse(f"its header has {str(value)[:40]!r} where a size belongs")
    return value


def _entry(name: str, value: object, base: int) -> TensorEntry:
    if not isinstance(value, dict) or set(cast("dict[str, Any]", value)) != {"dtype", "shape", "data_offsets"}:
        _refuse(f"its header does not describe the tensor {name[:80]!r}")
    fields = cast("dict[str, Any]", value)
    dtype, shape, offsets = fields["dtype"], fields["shape"], fields["data_offsets"]
    if not isinstance(dtype, str) or dtype not in ITEM_SIZES:
        _refuse(f"the tensor {name[:80]!r} has the unknown type {str(dtype)[:20]!r}")
    if not isinstance(shape, list) or not isinstance(offsets, list):
        _refuse(f"its header does not describe the tensor {name[:80]!r}")
    sizes = tuple(_natural(size) for size in cast("list[object]", shape))
    places = [_natural(place) for place in cast("list[object]", offsets)]
    if len(places) != 2 or len(sizes) > MAX_DIMENSIONS:
        _refuse(f"its header does not describe the tensor {name[:80]!r}")
    if places[1] - places[0] != math.prod(sizes) * ITEM_SIZES[dtype]:
        _refuse(f"the tensor {name[:80]!r} has {places[1] - places[0]} bytes, its shape asks for another number")
    return TensorEntry(dtype, sizes, base + places[0], base + places[1])


def _check_places(tensors: Mapping[str, TensorEntry], base: int, file_size: int) -> None:
    """Refuse overlaps, holes, and bytes that belong to no tensor."""
    position = base
    for name, entry in sorted(tensors.items(), key=lambda item: (item[1].start, item[1].end)):
        if entry.start != position:
            _refuse(f"the bytes of the tensor {name[:80]!r} do not begin where the previous one's end")
        position = entry.end
    if position != file_size:
        _refuse(f"it has {file_size} bytes where its header asks for {position}; it was cut or added to")


def _metadata(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        _refuse("its metadata is not a table of texts")
    table = cast("dict[str, object]", value)
    if not all(isinstance(text, str) for text in table.values()):
        _refuse("its metadata is not a table of texts")
    return cast("dict[str, str]", table)


def _parse(raw: bytes, file_size: int) -> Header:
    if not raw.startswith(b"{"):
        _refuse("its header is not a JSON object")
    data = json.loads(
        raw.decode("utf-8"),
        object_pairs_hook=_without_duplicates,
        parse_constant=lambda name: _refuse(f"its header has {name} where a size belongs"),
    )
    metadata = _metadata(data.pop("__metadata__", {}))
    if len(data) > MAX_TENSORS:
        _refuse(f"it holds {len(data)} tensors, more than {MAX_TENSORS}")
    base = 8 + len(raw)
    tensors = {name: _entry(name, value, base) for name, value in data.items()}
    _check_places(tensors, base, file_size)
    return Header(tensors, metadata)


def read_header(path: Path) -> Header:
    """Read and check the header of a safetensors file; the tensors themselves are not touched.

    Raises:
        CheckpointError: the file is not safetensors, damaged, or beyond the limits.
        OSError: the file cannot be read.
    """
    file_size = path.stat().st_size
    try:
        with path.open("rb") as file:
            prefix = file.read(8)
            length = int.from_bytes(prefix, "little")
            if len(prefix) < 8 or length < 2 or 8 + length > file_size:
                _refuse("it does not begin with the length of a header")
            if length > MAX_HEADER_BYTES:
                _refuse(f"its header has {length} bytes, more than {MAX_HEADER_BYTES}")
            return _parse(file.read(length), file_size)
    except _RefusedError as error:
        raise CheckpointError(f"This is not a usable safetensors file: {error}", where=path, remedy=_REMEDY) from None
    except (ValueError, RecursionError) as error:
        raise CheckpointError(
            f"The header of this safetensors file is not valid JSON ({type(error).__name__})",
            where=path,
            remedy=_REMEDY,
        ) from None
