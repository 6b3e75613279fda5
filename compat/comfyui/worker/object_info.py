"""A node class in the form of ``/object_info``, its options exactly as stated."""

from collections.abc import Mapping
from typing import Any

from compat.comfyui.worker.json_values import plain
from compat.comfyui.worker.socket_types import list_outputs, return_types, type_name

_FLAGS = {"DEPRECATED": "deprecated", "EXPERIMENTAL": "experimental", "API_NODE": "api_node"}


def object_info(type_id: str, title: str, cls: Any, module: str, input_types: Mapping[str, Any]) -> dict[str, Any]:
    """What ComfyUI's clients read of the class called ``type_id``."""
    types = return_types(cls)
    info: dict[str, Any] = {
        "input": {section: _entries(entries) for section, entries in input_types.items()},
        "input_order": {section: list(_entries(entries)) for section, entries in input_types.items()},
        "output": [plain(item) if isinstance(item, (list, tuple)) else type_name(item) for item in types],
        "output_is_list": list(list_outputs(cls, len(types))),
        "output_name": plain(getattr(cls, "RETURN_NAMES", None) or types),
        "name": type_id,
        "display_name": title,
        "description": plain(getattr(cls, "DESCRIPTION", "")) or "",
        "python_module": module,
        "category": plain(getattr(cls, "CATEGORY", "")) or "sd",
        "output_node": getattr(cls, "OUTPUT_NODE", False) is True,
    }
    tooltips = getattr(cls, "OUTPUT_TOOLTIPS", None)
    if tooltips:
        info["output_tooltips"] = plain(tooltips)
    for attribute, name in _FLAGS.items():
        if getattr(cls, attribute, False):
            info[name] = True
    return info


def _entries(entries: Any) -> Any:
    """The inputs of a section, as they are listed."""
    return plain(entries) if isinstance(entries, Mapping) else {}
