"""Answers what the server asks of a worker besides jobs, in a thread of its own: a slow answer holds nothing up."""

import importlib
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from graph_engine.files.folders import Folders
from graph_engine.run.extension import Extension
from graph_engine.run.wire import WireError

log = logging.getLogger("graph_engine.worker")

Send = Callable[[Mapping[str, Any]], None]
Answer = Callable[[str, Mapping[str, Any]], Any]


def answerer(registry: str, folders: Folders, extension: Extension | None) -> Answer:
    """Who answers what: ``questions`` of the registry's module, where it has that function; else the extension."""
    own = getattr(importlib.import_module(registry.partition(":")[0]), "questions", None)
    known: Mapping[str, Callable[[Mapping[str, Any]], Any]] = own(folders) if own is not None else {}

    def answer(question: str, body: Mapping[str, Any]) -> Any:
        if question in known:
            return known[question](body)
        return extension.answer(question, body) if extension is not None else None

    return answer


class Answering:
    """Takes ``ask`` messages, sends an ``answer`` for each: ``{"id", "answer"}`` or ``{"id", "error"}``."""

    def __init__(self, answer: Answer, send: Send) -> None:
        self._answer = answer
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
                self._send({**reply, "answer": self._answer(message["question"], message["body"])})
            except OSError:
                return
            except WireError as error:
                self._send({**reply, "error": str(error)})
            except BaseException as error:
                log.exception("A question of the server could not be answered")
                self._send({**reply, "error": f"{type(error).__name__}: {error}"})
