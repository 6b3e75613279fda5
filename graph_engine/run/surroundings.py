"""What an evaluator works with."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from graph_engine.cache.key import FileState
from graph_engine.cache.stores.disk import DiskStore
from graph_engine.cache.stores.memory import MemoryStore
from graph_engine.run.relief import ServingMemory
from graph_engine.spec.context import NodeFiles
from graph_engine.spec.registry import Registry
from graph_engine.validate.values import FileLookup


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Built by a composition root.

    ``ui_still_there`` answers whether the files that a cached result shows exist. ``around_job`` gives a context that
    every job runs in, such as torch's inference mode; each of a job's threads enters one.
    """

    registry: Registry
    store: MemoryStore
    files: NodeFiles
    memory: ServingMemory
    file_lookup: FileLookup | None
    file_state: FileState
    ui_still_there: Callable[[Mapping[str, Sequence[Any]]], bool]
    disk: DiskStore | None = None
    """Where durable outputs survive a restart, if anywhere."""
    around_job: Callable[[], AbstractContextManager[Any]] = nullcontext
