"""What the shims stand on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graph_engine.files.folders import Folders
from graph_engine.spec.context import NodeMemory
from graph_engine.spec.registry import Registry


@dataclass(frozen=True)
class ShimPlace:
    """``classes`` gives the node classes of all packs by id, ``registry`` the built-in node types."""

    folders: Folders
    memory: Callable[[], NodeMemory]
    classes: Callable[[], Mapping[str, Any]]
    registry: Callable[[], Registry]
