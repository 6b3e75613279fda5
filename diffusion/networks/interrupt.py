"""Lets a caller stop a network between two of its blocks.

A forward pass of a full-size network can take many seconds on a CPU. Blocks call `pause_point()` between
them; whoever runs the network may install a hook for the duration of a call, and the hook may raise to stop.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

Hook = Callable[[], None]

_hook: ContextVar[Hook | None] = ContextVar("noiseloom_network_hook", default=None)


def pause_point() -> None:
    """Call the installed hook, if there is one; whatever it raises ends the forward pass."""
    hook = _hook.get()
    if hook is not None:
        hook()


@contextmanager
def interruptible(hook: Hook | None) -> Generator[None]:
    """Install `hook` for the networks that run in this thread (or task) inside the `with` block.

    The hook is called between blocks, some dozens of times a forward pass, so it must be cheap: reading a
    flag and raising when it is set is the intended use. `None` removes an outer hook for the block's duration.
    """
    token = _hook.set(hook)
    try:
        yield
    finally:
        _hook.reset(token)
