"""Which node is being called: what progress bars and messages of a plug-in belong to."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from graph_engine.spec.context import NodeContext

CURRENT: ContextVar[NodeContext | None] = ContextVar("comfyui_current_call", default=None)


@contextmanager
def calling(context: NodeContext) -> Generator[None]:
    """Let ``context`` be the one that a plug-in's code runs in; also across awaits, for each task apart."""
    before = CURRENT.set(context)
    try:
        yield
    finally:
        CURRENT.reset(before)


def current_call() -> NodeContext | None:
    """The context of the node that calls, None outside a node."""
    return CURRENT.get()
