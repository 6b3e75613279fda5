"""Asking a job to stop, from any thread, noticed wherever its code looks."""

import threading
from collections.abc import Callable
from contextvars import ContextVar

from graph_engine.spec.context import Cancelled


class CancelToken:
    """One job's wish to stop. Setting it is final."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._listeners: list[Callable[[], None]] = []

    def cancel(self) -> None:
        """Ask the job to stop."""
        self._event.set()
        for listener in tuple(self._listeners):
            listener()

    def on_cancel(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called, in the cancelling thread, when the job is to stop; at once if it already is."""
        self._listeners.append(listener)
        if self._event.is_set():
            listener()

    def no_longer(self, listener: Callable[[], None]) -> None:
        """Forget a listener."""
        self._listeners.remove(listener)

    @property
    def is_set(self) -> bool:
        """Whether the job is to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled when the job is to stop. Hand this to code that knows nothing of the engine."""
        if self._event.is_set():
            raise Cancelled


current_token: ContextVar[CancelToken | None] = ContextVar("current_token", default=None)
"""The token of the job that runs in this context, for code that gets no NodeContext."""


def check_cancelled() -> None:
    """Raise Cancelled when the job that runs in this context is to stop; nothing outside a job."""
    token = current_token.get()
    if token is not None:
        token.check()
