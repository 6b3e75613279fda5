"""A dataflow engine: typed nodes, content-addressed caching, lists, loops and lanes. It knows no tensors and no HTTP.

``from graph_engine import Engine, node`` is all that a script needs; the names below are loaded when first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graph_engine.api import Engine, Run
    from graph_engine.spec.declaration import node
    from graph_engine.spec.registry import Registry

__all__ = ["Engine", "Registry", "Run", "node"]

_HOMES = {
    "Engine": "graph_engine.api",
    "Run": "graph_engine.api",
    "Registry": "graph_engine.spec.registry",
    "node": "graph_engine.spec.declaration",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
