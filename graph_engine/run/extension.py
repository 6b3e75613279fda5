"""Node types from outside the program (plug-ins): how a worker is given them, and asked about them."""

import importlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graph_engine.files.folders import Folders
from graph_engine.spec.context import NodeMemory
from graph_engine.spec.registry import Registry


class Extension(Protocol):
    """Lives in the worker. ``registry`` holds the built-in node types and the extension's own, as they are now."""

    registry: Registry

    def refresh(self, type_ids: Collection[str] | None) -> bool:
        """Ask these types (None: all of its own) what they state now; whether ``registry`` is another than before."""
        ...

    def answer(self, question: str, body: Mapping[str, Any]) -> Any:
        """Answer the server, in plain values. Called from a thread of its own, also while a job runs. May raise."""
        ...


@dataclass(frozen=True, kw_only=True)
class ExtensionPlace:
    """What an extension is built from.

    ``registry`` gives the built-in node types; the first call imports what they need (torch, usually). ``memory``
    answers with the device's memory, once there is one.
    """

    registry: Callable[[], Registry]
    folders: Folders
    settings: Mapping[str, Any]
    memory: Callable[[], NodeMemory]


def load_extension(entry: str, place: ExtensionPlace) -> Extension | None:
    """The extension that ``module:function`` makes; None for an empty ``entry``."""
    if not entry:
        return None
    module, _, name = entry.partition(":")
    return getattr(importlib.import_module(module), name)(place)
