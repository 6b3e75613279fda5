"""What the server asks a worker besides jobs, each question with a number that its answer repeats."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from graph_engine.run.wire import WireError

_ANSWER_SECONDS = 2.0

Send = Callable[[Mapping[str, Any]], None]


class Questions:
    """The questions that wait for an answer. For one event loop."""

    def __init__(self) -> None:
        self._open: dict[int, asyncio.Future[Any]] = {}
        self._last = 0

    async def ask(self, message: Mapping[str, Any], send: Send, seconds: float = _ANSWER_SECONDS) -> Any:
        """Send a question and wait for its answer; None when it cannot be sent or no answer comes in time."""
        self._last = number = self._last + 1
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        try:
            send({**message, "id": number})
            return await asyncio.wait_for(answer, seconds)
        except (TimeoutError, WireError):
            return None
        finally:
            del self._open[number]

    def take(self, number: int, answer: Any) -> None:
        """An answer came, perhaps too late."""
        waiting = self._open.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
