"""What the server asks a worker besides jobs, each question with a number that its answer repeats."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

_ANSWER_SECONDS = 2.0


class Questions:
    """The questions that wait for an answer. For one event loop."""

    def __init__(self) -> None:
        self._open: dict[int, asyncio.Future[list[dict[str, Any]]]] = {}

    async def ask(self, kind: str, send: Callable[[Mapping[str, Any]], None]) -> list[dict[str, Any]]:
        """Send a question and wait for its answer; nothing when none comes in time."""
        number = max(self._open, default=0) + 1
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        try:
            send({"type": kind, "id": number})
            return await asyncio.wait_for(answer, _ANSWER_SECONDS)
        except TimeoutError:
            return []
        finally:
            del self._open[number]

    def take(self, number: int, answer: list[dict[str, Any]]) -> None:
        """An answer came, perhaps too late."""
        waiting = self._open.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
