"""Fields of a stated JSON object, read without trust: a text or none, and what is left beside the fields we know."""

from collections.abc import Mapping
from typing import Any


def text_of(value: Any) -> str:
    """The text that ``value`` is; "" where it is something else."""
    return value if isinstance(value, str) else ""


def without(value: Mapping[Any, Any], *names: str) -> dict[str, Any]:
    """All fields but those in ``names``: what a later version or a plug-in wrote, kept as it is."""
    return {str(name): item for name, item in value.items() if name not in names}
