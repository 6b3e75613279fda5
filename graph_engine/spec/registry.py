"""The node types a process knows, by id."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from graph_engine.spec.declaration import NodeType, is_node, node_type
from graph_engine.spec.node import Catalogue


class DuplicateNode(ValueError):  # noqa: N818 - reads as what it is
    """Two node types share an id."""


@dataclass(frozen=True)
class Registry:
    """An immutable set of node types."""

    types: Mapping[str, NodeType] = field(default_factory=dict[str, NodeType])

    @staticmethod
    def collect(package: ModuleType | str, source: str = "builtin") -> "Registry":
        """Every function that ``@node`` declared in ``package`` and the modules below it.

        Raises DuplicateNode, naming both places, and SignatureError, naming the function.
        """
        root = importlib.import_module(package) if isinstance(package, str) else package
        return Registry.of((found for module in _modules(root) for found in _declared_in(module)), source)

    @staticmethod
    def of(functions: Iterable[Callable[..., Any]], source: str = "builtin") -> "Registry":
        """The registry of these declared functions."""
        return Registry.of_types(node_type(function, source) for function in functions)

    @staticmethod
    def of_types(kinds: Iterable[NodeType]) -> "Registry":
        """The registry of these node types. Raises DuplicateNode."""
        types: dict[str, NodeType] = {}
        for kind in kinds:
            earlier = types.get(kind.spec.id)
            if earlier is not None:
                raise DuplicateNode(
                    f"Two nodes are called {kind.spec.id}: {earlier.origin} and {kind.origin}. Rename one of them."
                )
            types[kind.spec.id] = kind
        return Registry(types)

    def joined(self, other: "Registry") -> "Registry":
        """The node types of both. Raises DuplicateNode."""
        return Registry.of_types((*self.types.values(), *other.types.values()))

    def get(self, type_id: str) -> NodeType | None:
        """The node type called ``type_id``, or None."""
        return self.types.get(type_id)

    def catalogue(self) -> Catalogue:
        """The public specs of all node types, in the order they were collected."""
        return {type_id: kind.spec for type_id, kind in self.types.items()}


def _modules(root: ModuleType) -> Iterator[ModuleType]:
    yield root
    path = getattr(root, "__path__", None)
    if path is None:
        return
    for found in sorted(pkgutil.walk_packages(path, root.__name__ + "."), key=lambda item: item.name):
        yield importlib.import_module(found.name)


def _declared_in(module: ModuleType) -> Iterator[Callable[..., Any]]:
    """A function counts where it is defined, not where it is imported."""
    for value in vars(module).values():
        if is_node(value) and value.__module__ == module.__name__:
            yield value
