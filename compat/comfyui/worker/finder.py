"""Imports by ComfyUI's module names, answered with modules of ours: a table, so that more can be added."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

Members = Callable[[], Mapping[str, Any]]
"""Builds what is in a module; called when it is first imported."""


class ShimFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of a table, and the packages above them. A ``ComfyUI`` on the path does not get in between."""

    def __init__(self, table: Mapping[str, Members]) -> None:
        self._table = table
        above = {name.rpartition(".")[0] for name in table} - {""}
        self._packages = above | {name.rpartition(".")[0] for name in above} - {""}

    def install(self) -> None:
        """Answer imports from now on."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Answer no more imports, and forget the modules made."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for name in (*self._table, *self._packages):
            if getattr(sys.modules.get(name), "__loader__", None) is self:
                del sys.modules[name]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a module of the table, None for any other."""
        if fullname in self._table or fullname in self._packages:
            return importlib.util.spec_from_loader(fullname, self, is_package=fullname in self._packages)
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Fill a module. The siblings of a sub-module are reachable as attributes of their package once imported."""
        name = module.__name__
        if name in self._table:
            vars(module).update(self._table[name]())
