"""A diffusers folder as if it were one file: each part's names under the part's own, its settings beside."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.facts import prediction_named
from diffusion.checkpoints.header import MAX_HEADER_BYTES
from diffusion.checkpoints.model_file import ModelFile, identity_of, joined, open_file

INDEX = "model_index.json"
CONFIG = "config.json"

# Parts without weights of a model, or whose weights nothing here reads.
_UNREAD = ("safety_checker", "watermarker", "feature_extractor", "image_processor")
# Where several precisions are there, the smaller one is taken.
_VARIANTS = ("fp16", "bf16", "")
_NAMES = ("diffusion_pytorch_model", "model", "pytorch_model")


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_HEADER_BYTES:
            raise ValueError("it is too large")
        value = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(value, dict):
            raise ValueError("it is no table")
    except (ValueError, RecursionError) as error:
        raise CheckpointError(
            f"{path.name} cannot be read ({error})", where=path, remedy="Download it again."
        ) from error
    return cast("dict[str, Any]", value)


def _variant_of(name: str) -> str:
    for word in ("fp16", "bf16", "non_ema"):
        if f".{word}" in name:
            return word
    return ""


def _is_shard(name: str) -> bool:
    return "-of-" in name and not name.endswith(".json")


def weights_in(folder: Path) -> Path | None:
    """Return the file of weights to read in a part's folder, or None if it has none.

    Safetensors before pickles; fp16 before bf16 before the plain ones; an index stands for its shards.
    """
    if not folder.is_dir():
        return None
    files = sorted(item.name for item in folder.iterdir() if item.is_file() and item.name.startswith(_NAMES))
    for pickled in (False, True):
        for variant in _VARIANTS:
            for name in files:
                if _is_shard(name) or _variant_of(name) != variant or (".bin" in name) != pickled:
                    continue
                if ".safetensors" in name or ".bin" in name:
                    return folder / name
    return None


def is_folder(path: Path) -> bool:
    """Whether a path is a diffusers folder, one part of such, or the index file in one."""
    if path.name == INDEX:
        return True
    return path.is_dir() and ((path / INDEX).is_file() or (path / CONFIG).is_file())


def _parts(index: Mapping[str, Any]) -> list[str]:
    """Return the names of the parts that an index lists, with a library and a class each."""
    found = [name for name, value in index.items() if isinstance(value, list) and len(cast("list[Any]", value)) == 2]
    plain = [name for name in found if name.isidentifier()]
    return [name for name in plain if name not in _UNREAD]


def _settings(folder: Path, name: str) -> dict[str, Any]:
    for file in (CONFIG, "scheduler_config.json"):
        if (folder / name / file).is_file():
            return _json(folder / name / file)
    return {}


def open_folder(path: Path) -> ModelFile:
    """Open a diffusers folder, or the folder of one part.

    Args:
        path: the folder, or its model_index.json.

    Returns:
        One file whose names are "unet.…", "vae.…", "text_encoder.…"; a part alone keeps its names as they are.

    Raises:
        CheckpointError: its index cannot be read, or it holds no weights.
    """
    folder = path.parent if path.name == INDEX else path
    if not (folder / INDEX).is_file():
        weights = weights_in(folder)
        if weights is None:
            raise CheckpointError("This folder holds no weights", where=folder, remedy="Download all of its files.")
        return replace(open_file(weights), path=folder, configs={"": _json(folder / CONFIG)})
    index = _json(folder / INDEX)
    names = _parts(index)
    places = {name: weights for name in names if (weights := weights_in(folder / name)) is not None}
    if not places:
        raise CheckpointError(
            "This diffusers folder holds no weights", where=folder, remedy="Download its subfolders too."
        )
    configs = {name: _settings(folder, name) for name in names}
    file = joined(folder, {f"{name}.": open_file(place) for name, place in places.items()})
    facts = replace(file.facts, prediction=_prediction(configs), resolution=_resolution(configs))
    identity = f"{identity_of(folder / INDEX)};{file.identity}"
    metadata = {"diffusers.class": str(index.get("_class_name", ""))}
    return replace(file, facts=facts, configs=configs, identity=identity, metadata=metadata)


def _prediction(configs: Mapping[str, Mapping[str, Any]]) -> Any:
    return prediction_named(str(configs.get("scheduler", {}).get("prediction_type", "")))


def _resolution(configs: Mapping[str, Mapping[str, Any]]) -> tuple[int, int] | None:
    """Return the size that the denoiser's settings name, in pixels."""
    cells = configs.get("unet", configs.get("transformer", {})).get("sample_size")
    levels = configs.get("vae", {}).get("block_out_channels")
    if not isinstance(cells, int) or not isinstance(levels, list):
        return None
    side = cells * 2 ** (len(cast("list[Any]", levels)) - 1)
    return side, side
