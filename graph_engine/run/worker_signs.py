"""Noticing that a worker hangs: it says something every second, also while a node computes, unless it cannot."""

import asyncio

_LOOKS = 10


class SignsOfLife:
    """Counts how long nothing was heard, by looking ``_LOOKS`` times within ``patience`` seconds.

    It counts looks and reads no clock: a server that was held up itself, or a laptop that slept, has looked no more
    often, and blames no worker for it.
    """

    def __init__(self, patience: float) -> None:
        self._step = patience / _LOOKS
        self._looks: int | None = None

    def heard(self) -> None:
        """Something came from the worker. Before the first sign, while it starts, nothing is expected."""
        self._looks = 0

    async def silence(self) -> None:
        """Returns when nothing was heard for the whole patience."""
        while self._looks is None or self._looks < _LOOKS:
            await asyncio.sleep(self._step)
            if self._looks is not None:
                self._looks += 1
