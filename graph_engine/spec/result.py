"""What a node may return when its values alone do not say enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class NodeResult:
    """A node's values together with what it shows.

    ``values`` holds one value an output. ``ui`` maps a kind to a list, most often
    ``{"images": [{"filename", "subfolder", "type"}]}``. A node with nothing to show returns its value (or a tuple of
    values) as it is.
    """

    values: tuple[Any, ...] = ()
    ui: Mapping[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])
