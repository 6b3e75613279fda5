"""What a model file is, for the page's list of models: told from its header, in the worker, while nothing is loaded."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from diffusion.checkpoints.container import Container, identify
from diffusion.checkpoints.detect import detect
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.layout import layout_of
from diffusion.checkpoints.model_file import ModelFile, open_file
from diffusion.checkpoints.opening.table import KINDS
from graph_engine.files.folders import Folders
from graph_engine.files.jail import PathRefused

LARGEST_PICKLE = 64 << 20
"""A bare pickle has no header: it is read whole, and only up to so many bytes."""
LONGEST_TEXT = 2000
SAID = {
    "title": ("modelspec.title", "ss_output_name"),
    "author": ("modelspec.author",),
    "license": ("modelspec.license", "license"),
    "description": ("modelspec.description",),
    "trigger": ("modelspec.trigger_phrase",),
}
"""What a file may say of itself (https://github.com/Stability-AI/ModelSpec, and kohya's `ss_` names) → its keys."""


def questions(folders: Folders) -> Mapping[str, Callable[[Mapping[str, Any]], Any]]:
    """What the server may ask of the model files: ``models`` with ``files``, a list of [kind, name]."""

    def models(body: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [_named(folders, kind, name) for kind, name in body["files"]]

    return {"models": models}


def _named(folders: Folders, kind: str, name: str) -> dict[str, Any]:
    try:
        return model_facts(folders.model_path(kind, name))
    except CheckpointError as error:
        return {"problem": f"{error.what}.", "remedy": error.remedy}
    except (PathRefused, OSError) as error:
        return {"problem": f"This file cannot be read: {error}.", "remedy": ""}
    except Exception as error:
        # A stranger's file must not silence the answer about the others.
        return {"problem": f"This file is not understood ({type(error).__name__}).", "remedy": ""}


def model_facts(path: Path) -> dict[str, Any]:
    """Tell family, size and what its author says of a model file, in plain values.

    ``family`` is None where nothing is recognised; ``parameters`` counts numbers, ``dtype`` is what most bytes hold.

    Raises:
        CheckpointError: it is no model file, damaged or dangerous.
        OSError: it cannot be read.
    """
    if identify(path) is Container.PICKLE and path.stat().st_size > LARGEST_PICKLE:
        return {"problem": "This old kind of file has no header, so what it holds is not known.", "remedy": ""}
    file = open_file(path)
    found = detect(layout_of(file), KINDS)
    return {
        "family": found.family,
        "title": found.title if found.family else "",
        "supported": found.supported,
        "tensors": len(file.shapes),
        "parameters": sum(math.prod(shape) for shape in file.shapes.values()),
        "dtype": _main_dtype(file),
        "said": _said(file.metadata),
    }


def _main_dtype(file: ModelFile) -> str:
    totals: dict[str, int] = {}
    for name in file.shapes:
        dtype = str(file.store.dtype(name)).removeprefix("torch.")
        totals[dtype] = totals.get(dtype, 0) + file.store.nbytes(name)
    return max(totals, key=lambda dtype: totals[dtype], default="")


def _said(metadata: Mapping[str, str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for what, keys in SAID.items():
        text = next((metadata[key].strip() for key in keys if metadata.get(key, "").strip()), "")
        if text:
            said[what] = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
            said[what] = said[what][:LONGEST_TEXT]
    return said
