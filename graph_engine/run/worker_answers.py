"""Answers what the server asks of a worker's extension, in a thread of its own: a slow answer holds nothing up."""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from graph_engine.run.extension import Extension
from graph_engine.run.wire import WireError

log = logging.getLogger("graph_engine.worker")

Send = Callable[[Mapping[str, Any]], None]


class Answering:
    """Takes ``ask`` messages, sends an ``answer`` for each: ``{"id", "answer"}`` or ``{"id", "error"}``."""

    def __init__(self, extension: Extension | None, send: Send) -> None:
        self._extension = extension
        self._send = send
        self._waiting: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._serve, name="questions", daemon=True).start()

    def take(self, message: Mapping[str, Any]) -> None:
        """Queue a question; returns at once."""
        self._waiting.put(message)

    def _serve(self) -> None:
        while True:
            message = self._waiting.get()
            reply: dict[str, Any] = {"type": "answer", "id": message["id"]}
            try:
                answer = None
                if self._extension is not None:
                    answer = self._extension.answer(message["question"], message["body"])
                self._send({**reply, "answer": answer})
            except OSError:
                return
            except WireError as error:
                self._send({**reply, "error": str(error)})
            except BaseException as error:
                log.exception("A question of the server could not be answered")
                self._send({**reply, "error": f"{type(error).__name__}: {error}"})
