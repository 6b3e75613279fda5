"""Checkpoints of any size with random weights, written in pieces so that they are never in memory whole."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import torch

BLOCK = 1 << 20
SHARED = Path(__file__).resolve().parents[2] / "shared"


def manifest_shapes(name: str) -> dict[str, tuple[int, ...]]:
    """Key → shape of a published file, from its manifest."""
    with gzip.open(SHARED / "manifests" / f"{name}.json.gz", "rt") as file:
        return {key: tuple(shape) for key, (_, shape) in json.load(file)["tensors"].items()}


def write_random_checkpoint(path: Path, shapes: Mapping[str, tuple[int, ...]], dtype: str = "F16") -> None:
    """A safetensors file of these keys and shapes; its numbers are normal with a standard deviation of 0.02."""
    item = {"F32": 4, "F16": 2}[dtype]
    header, position = {}, 0
    for name, shape in shapes.items():
        size = torch.Size(shape).numel() * item
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [position, position + size]}
        position += size
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8)
    block = torch.randn(BLOCK, generator=torch.Generator().manual_seed(0)) * 0.02
    data = (block if dtype == "F32" else block.half()).numpy().tobytes()
    with path.open("wb") as file:
        file.write(len(raw).to_bytes(8, "little") + raw)
        for _ in range(position // len(data)):
            file.write(data)
        file.write(data[: position % len(data)])
