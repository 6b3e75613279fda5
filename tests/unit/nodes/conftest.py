"""Runs graphs of built-in nodes in this process, in a folder of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.memory.none import NoDeviceMemory
from graph_engine.run.build import build_surroundings
from graph_engine.run.events import Event
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from nodes.registry import build

Run = Callable[..., list[Event]]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "data", (tmp_path / "models",))
    made.create()
    return made


@pytest.fixture
def run(folders: Folders) -> Run:
    """Evaluate run form; answers all events."""
    runner = InProcessRunner(build_surroundings(build(), folders, NoDeviceMemory()))

    def evaluate(prompt: dict[str, Any], **metadata: Any) -> list[Event]:
        graph, problems = graph_from_json(prompt)
        assert not problems
        events: list[Event] = []
        runner.run(RunRequest(job_id="job", graph=graph, metadata=metadata), events.append)
        return events

    return evaluate
