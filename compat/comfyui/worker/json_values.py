"""What a node class states, as plain JSON values: its texts, tuples and enums can be of any kind."""

import math
from collections.abc import Mapping
from enum import Enum
from typing import Any

from compat.comfyui.worker.socket_types import plain_text

_DEEPEST = 20


def plain(value: Any, depth: int = 0) -> Any:
    """``value`` with nothing in it but dicts, lists, texts, numbers, booleans and None."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value, depth)
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else plain_text(value)
    if depth >= _DEEPEST:
        return plain_text(value)
    if isinstance(value, Mapping):
        names = list(value)  # one that claims to hold every name still lists those it has
        return {plain_text(name): plain(value[name], depth + 1) for name in names}
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return [plain(item, depth + 1) for item in value]
    return plain_text(value)
