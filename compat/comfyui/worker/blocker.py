"""The value by which a v1 or v3 node blocks what hangs on it."""

from typing import Any


class ExecutionBlocker:
    """Stands for an output that will not come; with a message, the first node that would take it tells it."""

    def __init__(self, message: str | None = None) -> None:
        self.message = message


def is_link(value: Any) -> bool:
    """Whether a value in an expanded graph is a wire: ``["node id", output number]``."""
    return (
        isinstance(value, list)
        and len(value) == 2  # pyright: ignore[reportUnknownArgumentType]
        and isinstance(value[0], str)
        and isinstance(value[1], (int, float))
        and not isinstance(value[1], bool)
    )
