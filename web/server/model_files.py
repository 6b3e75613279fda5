"""The model files that are here, and what the worker can tell of each from its header."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph_engine.files.folders import Folders
from graph_engine.files.jail import PathRefused
from graph_engine.run.executor import Executor
from graph_engine.spec.node import Catalogue, FileWidget

MODEL_FILES = (".safetensors", ".sft", ".ckpt", ".pt", ".pt2", ".bin", ".pth", ".pkl")
NO_KINDS = frozenset({"cards"})
"""Folders beside the models that hold none."""
AT_ONCE = 8
"""Files a question to the worker: an answer must come within its patience."""
ASK_SECONDS = 4.0
"""A request asks on for so long, then answers with what it has."""


@dataclass(frozen=True)
class FoundModel:
    """A model file. ``size`` in bytes, ``modified`` in seconds since 1970; ``state`` changes when the file does."""

    kind: str
    name: str
    size: int
    modified: float
    state: tuple[int, int]


class ModelFiles:
    """Lists the model folders as they are now, and remembers what was told of a file until the file changes."""

    def __init__(self, folders: Folders, executor: Executor) -> None:
        self._folders = folders
        self._executor = executor
        self._told: dict[tuple[str, str], tuple[tuple[int, int], dict[str, Any]]] = {}
        self._asking = asyncio.Lock()

    def kinds(self, catalogue: Catalogue) -> list[str]:
        """The kinds of model that have a folder here or that some node reads. Reads the disk."""
        read = {
            item.widget.folder
            for spec in catalogue.values()
            for item in spec.inputs
            if isinstance(item.widget, FileWidget) and item.widget.root == "models" and item.widget.folder
        }
        return sorted({*self._folders.model_kinds(), *read} - NO_KINDS)

    def folders_of(self, kind: str) -> list[str]:
        """Where files of a kind are looked for, in order. Raises PathRefused."""
        return [str(path) for path in self._folders.model_folders(kind)]

    def files(self, kind: str) -> list[FoundModel]:
        """The model files of a kind by name. Reads the disk; raises PathRefused for what is no kind."""
        return sorted(self._files(kind), key=lambda item: item.name.lower())

    def _files(self, kind: str) -> Iterator[FoundModel]:
        for name in self._folders.model_names(kind, MODEL_FILES):
            try:
                status = self._folders.model_path(kind, name).stat()
            except (PathRefused, OSError):
                continue
            yield FoundModel(kind, name, status.st_size, status.st_mtime, (status.st_mtime_ns, status.st_size))

    def told(self, file: FoundModel) -> dict[str, Any] | None:
        """What is known of a file as it is now; None before the worker was asked."""
        state, facts = self._told.get((file.kind, file.name), (None, None))
        return facts if state == file.state else None

    async def learn(self, files: list[FoundModel]) -> bool:
        """Ask the worker about those of ``files`` that nothing is known of; whether all are known now."""
        until = time.monotonic() + ASK_SECONDS
        async with self._asking:
            new = [file for file in files if self.told(file) is None]
            while new and time.monotonic() < until:
                part, new = new[:AT_ONCE], new[AT_ONCE:]
                answer = await self._executor.ask("models", {"files": [[file.kind, file.name] for file in part]})
                if not isinstance(answer, list) or len(answer) != len(part):
                    return False
                for file, facts in zip(part, answer, strict=True):
                    self._told[(file.kind, file.name)] = (file.state, facts)
        return not new
