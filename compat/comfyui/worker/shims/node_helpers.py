"""``node_helpers``: small services for nodes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compat.comfyui.worker.shims.place import ShimPlace


def members(_place: ShimPlace) -> Mapping[str, Any]:
    """The functions of the module."""
    return {"conditioning_set_values": conditioning_set_values, "pillow": pillow}


def conditioning_set_values(
    conditioning: Sequence[Any], values: Mapping[str, Any] | None = None, append: bool = False
) -> list[Any]:
    """Each entry with further values; ``append`` adds to lists that are there."""
    changed: list[Any] = []
    for tensor, options, *rest in conditioning:
        merged = dict(options)
        for name, value in (values or {}).items():
            merged[name] = [*merged[name], *value] if append and name in merged else value
        changed.append([tensor, merged, *rest])
    return changed


def pillow(function: Callable[[Any], Any], argument: Any) -> Any:
    """Call a function of Pillow."""
    return function(argument)
