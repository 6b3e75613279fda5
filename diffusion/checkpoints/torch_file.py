"""Reads the tensors of `.ckpt`, `.pt` and `.bin` files without running anything in them."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from diffusion.checkpoints.container import Container, check_archive
from diffusion.checkpoints.errors import CheckpointError

_WRAPPERS = ("state_dict", "model_state_dict", "params_ema", "params", "model", "module")
_PARALLEL = "module."

# What training programs left beside the weights of well-known files. Nothing of it is imported or run: an empty
# object takes its place and forgets what it is given.
_LEFTOVERS = (
    "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
    "pytorch_lightning.callbacks.early_stopping.EarlyStopping",
    "lightning.pytorch.callbacks.model_checkpoint.ModelCheckpoint",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
    "numpy.dtype",
    "numpy.dtypes.Float64DType",
    "numpy.dtypes.Float32DType",
    "numpy.dtypes.Int64DType",
)


class _Forgotten:
    """Stands in for an object that is not weights."""

    def __new__(cls, *_args: Any, **_named: Any) -> "_Forgotten":
        return super().__new__(cls)

    def __init__(self, *_args: Any, **_named: Any) -> None: ...

    def __setstate__(self, _state: Any) -> None: ...


def _load_tensors(path: Path, container: Container) -> Any:
    with torch.serialization.safe_globals([(_Forgotten, name) for name in _LEFTOVERS]):
        # Given a path, torch itself would choose by suffix; given an open file, it cannot map it into memory.
        if container is Container.TORCH_ZIP and path.suffix.lower() != ".safetensors":
            return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        with path.open("rb") as file:
            return torch.load(file, map_location="cpu", weights_only=True)


def read_torch_values(path: Path, container: Container) -> Any:
    """Read whatever plain data a `.ckpt`, `.pt` or `.bin` file holds, without running anything in it.

    Raises:
        CheckpointError: the file is damaged, or holds more than plain data.
    """
    if container is Container.TORCH_ZIP:
        check_archive(path)
    try:
        return _load_tensors(path, container)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            "Pickle refused: this file wants to run a program when it is opened, or is no torch file",
            where=path,
            remedy="Do not open it elsewhere. Ask its author for a .safetensors file.",
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"This torch file is damaged ({type(error).__name__})", where=path, remedy="Download the file again."
        ) from error


@dataclass(frozen=True)
class TorchFile:
    """What a torch file holds.

    Attributes:
        tensors: name → tensor, out of whatever table the file wraps them in.
        values: plain numbers and texts beside that table, such as `global_step`.
    """

    tensors: Mapping[str, Tensor]
    values: Mapping[str, Any]


def _unwrapped(content: dict[Any, Any]) -> dict[Any, Any]:
    """Return the table of tensors in what training programs wrap around it, some twice."""
    for _ in range(2):
        inner = next((content[name] for name in _WRAPPERS if isinstance(content.get(name), dict)), None)
        if inner is None:
            break
        content = inner
    return content


def _without_module(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Drop the level that training on several devices puts before every name."""
    if tensors and all(name.startswith(_PARALLEL) for name in tensors):
        return {name.removeprefix(_PARALLEL): tensor for name, tensor in tensors.items()}
    return tensors


def read_torch_file(path: Path, container: Container) -> TorchFile:
    """Read the tensors of a `.ckpt` or `.pt` file without running anything in it.

    Raises:
        CheckpointError: the file is damaged, or holds more than plain tensors.
    """
    content: Any = read_torch_values(path, container)
    if not isinstance(content, dict):
        raise CheckpointError(
            "This torch file holds no table of weights", where=path, remedy="Choose a checkpoint of a model."
        )
    table = cast("dict[Any, Any]", content)
    values = {str(name): value for name, value in table.items() if isinstance(value, int | float | str)}
    tensors = {str(name): value for name, value in _unwrapped(table).items() if isinstance(value, Tensor)}
    return TorchFile(_without_module(tensors), values)
