"""What nodes ask of a model besides its weights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelOptions:
    """What nodes have asked of a model since it was opened. Nothing yet."""
