"""Changes to a network that last for one call, such as an attention map replaced by another."""

from contextlib import AbstractContextManager
from typing import Protocol

from torch import nn


class NetworkHook(Protocol):
    """A named change with its parameters: a frozen dataclass, so that it can be compared and told."""

    def on(self, network: nn.Module) -> AbstractContextManager[object]:
        """Change the network inside a ``with`` block, and put it back after. Raises ValueError if it does not fit."""
        ...
