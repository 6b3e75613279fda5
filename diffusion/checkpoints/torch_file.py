"""Reads the tensors of `.ckpt`, `.pt` and `.bin` files without running anything in them."""

import pickle
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from diffusion.checkpoints.container import Container, check_archive
from diffusion.checkpoints.errors import CheckpointError


def _load_tensors(path: Path, container: Container) -> Any:
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


def read_torch_file(path: Path, container: Container) -> dict[str, Tensor]:
    """Read the tensors of a `.ckpt` or `.pt` file without running anything in it.

    Raises:
        CheckpointError: the file is damaged, or holds more than plain tensors.
    """
    tensors: Any = read_torch_values(path, container)
    for wrapper in ("state_dict", "model_state_dict", "module", "params_ema"):
        if isinstance(tensors, dict) and isinstance(tensors.get(wrapper), dict):
            tensors = tensors[wrapper]
            break
    if not isinstance(tensors, dict):
        raise CheckpointError(
            "This torch file holds no table of weights", where=path, remedy="Choose a checkpoint of a model."
        )
    table = cast("dict[Any, Any]", tensors)
    return {str(name): value for name, value in table.items() if isinstance(value, Tensor)}
