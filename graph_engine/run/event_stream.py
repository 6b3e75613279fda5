"""The worker's outgoing events: never out of order, progress and previews thinned out, sent in batches."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from graph_engine.run.events import Event, NodePreview, NodeProgress, event_to_json

PROGRESS_INTERVAL = 0.05
_MOST_WAITING = 20_000
_MOST_IN_BATCH = 500

Send = Callable[[dict[str, Any]], None]


class EventStream:
    """Takes events from the evaluating thread and sends them from its own.

    Of a node's progress and previews only the latest matters: at most one each goes out per ``interval`` seconds, and
    the last before any other event always does. When the receiver falls far behind, :meth:`emit` waits.
    """

    def __init__(self, send: Send, interval: float = PROGRESS_INTERVAL) -> None:
        self._send = send
        self._interval = interval
        self._waiting: deque[tuple[str, Event]] = deque()
        self._latest: dict[tuple[str, str], tuple[str, Event]] = {}
        self._last_sent = 0.0
        self._closed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._pump, name="events", daemon=True)
        self._thread.start()

    def emit(self, job_id: str, event: Event) -> None:
        """Queue an event of a job."""
        with self._wake:
            if isinstance(event, (NodeProgress, NodePreview)):
                self._latest[event.type, event.node] = (job_id, event)
            else:
                self._settle()
                while len(self._waiting) >= _MOST_WAITING and not self._closed:
                    self._wake.wait()
                self._waiting.append((job_id, event))
            self._wake.notify_all()

    def close(self) -> None:
        """Send what is queued and end."""
        with self._wake:
            self._settle()
            self._closed = True
            self._wake.notify_all()
        self._thread.join(timeout=5)

    def _settle(self) -> None:
        """Give the latest progress and preview their place before what comes next."""
        self._waiting.extend(self._latest.values())
        self._latest.clear()

    def _pump(self) -> None:
        while True:
            batch = self._next_batch()
            if not batch:
                return
            try:
                for message in _messages(batch):
                    self._send(message)
            except OSError:
                return  # the server is gone; the control channel notices and ends the process

    def _next_batch(self) -> list[tuple[str, Event]]:
        with self._wake:
            while True:
                due = self._last_sent + self._interval - time.monotonic()
                if self._latest and due <= 0:
                    self._settle()
                if self._waiting:
                    break
                if self._closed:
                    return []
                self._wake.wait(due if self._latest else None)
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_IN_BATCH))]
            if any(isinstance(event, (NodeProgress, NodePreview)) for _, event in batch):
                self._last_sent = time.monotonic()
            self._wake.notify_all()
            return batch


def _messages(batch: list[tuple[str, Event]]) -> list[dict[str, Any]]:
    """One message for each run of events of one job."""
    messages: list[dict[str, Any]] = []
    for job_id, event in batch:
        if not messages or messages[-1]["job_id"] != job_id:
            messages.append({"type": "events", "job_id": job_id, "events": []})
        messages[-1]["events"].append(event_to_json(event))
    return messages
