"""Running graphs of sample nodes for real, in this process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graph_engine.cache.policy import CachePolicy
from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.memory.none import NoDeviceMemory
from graph_engine.run.build import DEFAULT_POLICY, build_surroundings
from graph_engine.run.cancellation import CancelToken
from graph_engine.run.events import Event
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from graph_engine.spec.registry import Registry

Form = Mapping[str, tuple[str, Mapping[str, Any]]]


def request(form: Form, **options: Any) -> RunRequest:
    stated = {node_id: {"class_type": kind, "inputs": inputs} for node_id, (kind, inputs) in form.items()}
    graph, problems = graph_from_json(stated)
    assert problems == ()
    return RunRequest(job_id="job", graph=graph, **options)


class House:
    """A runner over a temporary data folder, and what its last job told."""

    def __init__(self, folder: Path, registry: Registry, policy: CachePolicy = DEFAULT_POLICY) -> None:
        self.folders = Folders(folder / "data", (folder / "models",))
        self.folders.create()
        self.surroundings = build_surroundings(registry, self.folders, NoDeviceMemory(), policy=policy)
        self.runner = InProcessRunner(self.surroundings)
        self.events: list[Event] = []

    def run(
        self,
        form: Form,
        *,
        watch: Callable[[Event], None] | None = None,
        token: CancelToken | None = None,
        **options: Any,
    ) -> str:
        self.events = []

        def emit(event: Event) -> None:
            self.events.append(event)
            if watch is not None:
                watch(event)

        return self.runner.run(request(form, **options), emit, token)

    def of(self, kind: str) -> list[Any]:
        return [event for event in self.events if event.type == kind]

    @property
    def ran(self) -> list[str]:
        return [event.node for event in self.of("node.started")]

    @property
    def shown(self) -> dict[str, Any]:
        return {event.node: event.ui for event in self.of("node.finished") if event.ui}
