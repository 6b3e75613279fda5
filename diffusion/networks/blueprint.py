"""Builds networks without memory and without drawing the random numbers that a file's weights replace anyway."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class _NoInitialisation(TorchFunctionMode):
    """Passes over `torch.nn.init`: on the meta device its draws do nothing, but make torch import its compiler."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        named = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":
            return args[0] if args else named["tensor"]
        return func(*args, **named)


@contextmanager
def on_meta() -> Generator[None]:
    """Build networks inside the `with` block on the meta device: names and shapes, no values, within milliseconds."""
    with torch.device("meta"), _NoInitialisation():
        yield
