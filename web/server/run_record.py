"""What a running job has shown so far, and how it is written down at its end."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_engine.files.jail import Jail
from graph_engine.jobs.job import Job, JobContent, JobEnd
from graph_engine.jobs.picture import NewPicture
from graph_engine.run.events import Event, JobFinished, NodeFinished, event_to_json
from web.server.pictures import is_picture, measure, with_urls

TRACE_LENGTH = 20_000


@dataclass
class RunRecord:
    """The job in hand."""

    job: Job
    content: JobContent
    outputs: dict[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict[str, Mapping[str, Sequence[Any]]])
    cached: list[str] = field(default_factory=list[str])
    executed: list[str] = field(default_factory=list[str])
    expanded: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """What nodes of expansions have shown, under their own ids."""
    own: dict[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict[str, Mapping[str, Sequence[Any]]])
    """What submitted nodes have shown, without what their expansions did."""
    failure: Mapping[str, Any] | None = None
    cancel_wanted: bool = False
    requeue_wanted: bool = False
    began: float = field(default_factory=time.monotonic)

    def note(self, event: Event) -> dict[str, Any]:
        """Learn from an event; answers it as it is told."""
        told = event_to_json(event)
        if isinstance(event, NodeFinished):
            told["ui"] = with_urls(event.ui)
            self.executed.append(event.node)
            if event.ui:
                self._show(event, told["ui"])
        elif told["type"] == "nodes.cached":
            self.cached += told["nodes"]
        elif told["type"] == "node.failed" and self.failure is None:
            self.failure = told
        return told

    def end(self, finished: JobFinished, pictures: Sequence[NewPicture], default_webhook: str | None) -> JobEnd:
        """How the job ended, to be written as one."""
        webhooks = dict.fromkeys(url for url in (self.content.webhook, default_webhook) if url)
        return JobEnd(
            state=finished.outcome,
            at=time.time(),
            outputs=self.outputs,
            problems=tuple(finished.problems),
            pictures=tuple(pictures),
            webhooks=tuple(webhooks),
            report=self._report(),
        )

    def _report(self) -> dict[str, Any]:
        report: dict[str, Any] = {"cached": self.cached} if self.cached else {}
        if self.expanded:
            # Other programs list these apart; what the nodes shown in their stead have shown themselves goes along.
            report["expanded"] = self.expanded
            report["own"] = self.own
        if self.failure is not None:
            details = str(self.failure.get("details") or "")[-TRACE_LENGTH:]
            report["failed"] = {
                "node": self.failure["node"],
                "details": details,
                "executed": self.executed,
                "inputs": self.failure.get("inputs") or {},
            }
        return report

    def pictures(self, jail: Jail) -> list[NewPicture]:
        """The pictures the job has shown, measured; reads files."""
        found: list[NewPicture] = []
        for node, ui in self.outputs.items():
            for item in ui.get("images", ()):
                if not is_picture(item):
                    continue
                root, subfolder, filename = item["type"], item.get("subfolder") or "", item["filename"]
                size = measure(jail, root, subfolder, filename)
                found.append(
                    NewPicture(
                        job_id=self.job.id,
                        node=node,
                        root=root,
                        subfolder=subfolder,
                        filename=filename,
                        width=size[0] if size else None,
                        height=size[1] if size else None,
                        created=time.time(),
                    )
                )
        return found

    def _show(self, event: NodeFinished, ui: Mapping[str, Sequence[Any]]) -> None:
        """What nodes of an expansion show, one after another, belongs to the node displayed in their stead."""
        if event.place is None:
            self.outputs[event.node] = self.own[event.node] = ui
            return
        self.expanded[event.node] = {"ui": ui, **vars(event.place)}
        node = event.place.display
        before = self.outputs.get(node, {})
        self.outputs[node] = {**before, **{kind: [*before.get(kind, ()), *items] for kind, items in ui.items()}}
