"""Writes trained networks as the files that are shipped."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor

from training.compact import compact

LARGEST = 12_000_000
"""Bytes a starter may take."""


def write_shipped(
    weights: Mapping[str, Tensor], path: Path, metadata: Mapping[str, str], largest: int = LARGEST
) -> int:
    """Write a shipped file under its licence, whole or not at all; returns its size in bytes.

    Raises:
        ValueError: it would take more than `largest` bytes; nothing is written then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file(dict(weights), part, metadata={"modelspec.license": "Apache-2.0", **metadata})
    size = part.stat().st_size
    if size > largest:
        part.unlink()
        raise ValueError(f"{path.name} takes {size} bytes, more than the {largest} it may take")
    part.chmod(0o644)  # the library writes for its owner alone; a shipped file is for everyone
    part.replace(path)
    return size


def ship(
    weights: Mapping[str, Tensor],
    path: Path,
    *,
    architecture: str,
    title: str,
    description: str,
    largest: int,
    config: Mapping[str, Any] | None = None,
    facts: Mapping[str, str] | None = None,
) -> int:
    """Write weights in their shipped types, with what their shapes cannot tell; returns the file's bytes.

    Args:
        weights: under their published names.
        architecture, title, description: for people, under `modelspec`.
        largest: bytes the file may take.
        config: for `noiseloom.config`; see `diffusion/checkpoints/facts.py`.
        facts: further metadata.

    Raises:
        ValueError: the file would be larger than it may be; nothing is written then.
    """
    metadata = {
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": architecture,
        "modelspec.title": title,
        "modelspec.description": description,
        **({"noiseloom.config": json.dumps(config)} if config else {}),
        **(facts or {}),
    }
    return write_shipped(compact(weights), path, metadata, largest)
