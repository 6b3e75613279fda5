"""Putting an evaluator's surroundings together from a registry, folders and a memory."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from graph_engine.cache.key import FileState
from graph_engine.cache.policy import BY_BUDGET, CachePolicy
from graph_engine.cache.stores.disk import DiskStore
from graph_engine.cache.stores.memory import Account, MemoryStore
from graph_engine.files.folders import Folders
from graph_engine.files.jail import PathRefused
from graph_engine.files.node_files import JailedFiles
from graph_engine.run.evaluate import Surroundings
from graph_engine.run.relief import ServingMemory
from graph_engine.spec.node import FileWidget
from graph_engine.spec.registry import Registry

DEFAULT_POLICY = BY_BUDGET


def build_surroundings(
    registry: Registry,
    folders: Folders,
    memory: ServingMemory,
    *,
    policy: CachePolicy = DEFAULT_POLICY,
    account: Account | None = None,
    disk: DiskStore | None = None,
    around_job: Callable[[], AbstractContextManager[Any]] = nullcontext,
) -> Surroundings:
    """An evaluator's surroundings with an in-memory cache. ``account`` is told of every cached output's bytes."""
    return Surroundings(
        registry=registry,
        store=MemoryStore(policy, account),
        disk=disk,
        files=JailedFiles(folders),
        memory=memory,
        file_lookup=folders,
        file_state=file_state_in(folders),
        ui_still_there=lambda ui: ui_files_exist(folders, ui),
        around_job=around_job,
    )


def file_state_in(folders: Folders) -> FileState:
    """Size and modification time of the file that a widget names; None where there is none."""

    def state(widget: FileWidget, name: str) -> Any:
        try:
            found = folders.path_of(widget, name).stat()
        except (PathRefused, OSError):
            return None
        return [found.st_size, found.st_mtime_ns]

    return state


def ui_files_exist(folders: Folders, ui: Mapping[str, Sequence[Any]]) -> bool:
    """Whether every file that a result shows is still on disk; entries that are no files count as there."""
    for item in (item for items in ui.values() for item in items):
        if not isinstance(item, Mapping) or "filename" not in item:
            continue
        stated: Mapping[str, Any] = item  # pyright: ignore[reportUnknownVariableType]
        subfolder = stated.get("subfolder") or ""
        name = f"{subfolder}/{stated['filename']}" if subfolder else stated["filename"]
        if not folders.jail.exists(str(stated.get("type", "output")), name):
            return False
    return True
