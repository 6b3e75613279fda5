"""How ``python main.py run`` tells what happens: a progress bar for people, lines of JSON for scripts."""

import json
from collections.abc import Sequence
from typing import Any, Protocol, TextIO

from tqdm import tqdm

from graph_engine.document.graph import Graph
from graph_engine.files.folders import Folders
from graph_engine.run.events import (
    Event,
    JobFinished,
    NodeFailed,
    NodeFinished,
    NodePreview,
    NodeProgress,
    NodeStarted,
    event_to_json,
)
from graph_engine.validate.problem import Problem


class Report(Protocol):
    """Told of everything in order: ``refused``, or ``begin``, events, ``end``."""

    def refused(self, problems: Sequence[Problem]) -> None:
        """The workflow cannot run."""
        ...

    def told(self, notes: Sequence[Problem]) -> None:
        """The file could not be taken over quite as it was."""
        ...

    def begin(self, graph: Graph) -> None:
        """The run is about to begin."""
        ...

    def tell(self, event: Event, folders: Folders) -> None:
        """Something happened."""
        ...

    def end(self) -> None:
        """Nothing more will come."""
        ...


class JsonReport:
    """One JSON object a line: the engine's events, with ``files`` (absolute paths) on those that saved some."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def refused(self, problems: Sequence[Problem]) -> None:
        """Problems as a finished job that never began."""
        self._line({"type": "job.finished", "outcome": "refused", "problems": [item.to_json() for item in problems]})

    def told(self, notes: Sequence[Problem]) -> None:
        """The notes as one line, if there are any."""
        if notes:
            self._line({"type": "workflow.notes", "problems": [item.to_json() for item in notes]})

    def begin(self, graph: Graph) -> None:
        """Nothing: the engine's first event says it."""

    def tell(self, event: Event, folders: Folders) -> None:
        """The event, previews aside."""
        if isinstance(event, NodePreview):
            return
        value = event_to_json(event)
        if isinstance(event, NodeFinished):
            value["files"] = saved_files(event, folders)
        self._line(value)

    def end(self) -> None:
        """Nothing."""

    def _line(self, value: dict[str, Any]) -> None:
        print(json.dumps(value, ensure_ascii=False), file=self._stream, flush=True)


class ProgressReport:
    """A bar for the running node on one stream; saved files, a line each, on the other."""

    def __init__(self, terminal: TextIO, output: TextIO) -> None:
        self._terminal, self._output = terminal, output
        self._titles: dict[str, str] = {}
        self._bar: tqdm[Any] | None = None
        self._started = ""

    def refused(self, problems: Sequence[Problem]) -> None:
        """A sentence and a remedy for each problem."""
        for item in problems:
            self._problem(item)

    def told(self, notes: Sequence[Problem]) -> None:
        """A sentence for each note."""
        for item in notes:
            self._problem(item)

    def begin(self, graph: Graph) -> None:
        """Remember the nodes' names."""
        self._titles = {key: node.title or node.type for key, node in graph.nodes.items()}

    def tell(self, event: Event, folders: Folders) -> None:
        """Move the bar, or print what was saved or went wrong."""
        if isinstance(event, NodeStarted):
            self._started = event.node
        elif isinstance(event, NodeProgress):
            self._move(event)
        elif isinstance(event, NodeFinished):
            self._close()
            for path in saved_files(event, folders):
                print(path, file=self._output, flush=True)
        elif isinstance(event, NodeFailed):
            self._close()
        elif isinstance(event, JobFinished):
            for item in event.problems:
                self._problem(item)
            if event.outcome == "cancelled":
                print("Stopped.", file=self._terminal)

    def end(self) -> None:
        """Leave the terminal as it was."""
        self._close()

    def _move(self, event: NodeProgress) -> None:
        if self._bar is None:
            self._bar = tqdm(
                total=event.total, desc=self._titles.get(event.node, event.node), file=self._terminal, leave=True
            )
        self._bar.update(event.value - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _problem(self, item: Problem) -> None:
        where = f"{self._titles.get(item.node, item.node)}: " if item.node and item.node in self._titles else ""
        print(f"{where}{item.message}", file=self._terminal)
        if item.remedy:
            print(f"  → {item.remedy}", file=self._terminal)


def saved_files(event: NodeFinished, folders: Folders) -> list[str]:
    """Absolute paths of the files that a finished node shows."""
    roots = {"output": folders.output, "temp": folders.temp, "input": folders.input}
    return [
        str(roots[item["type"]] / item["subfolder"] / item["filename"])
        for items in event.ui.values()
        for item in items
        if isinstance(item, dict) and {"filename", "subfolder", "type"} <= item.keys() and item["type"] in roots
    ]
