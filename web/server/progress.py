"""How far running jobs are, kept in memory from their events."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The running node's units of work, and how many nodes are done."""

    node: str | None = None
    value: int = 0
    total: int = 0
    done_nodes: int = 0


class ProgressBoard:
    """The latest progress of each running job."""

    def __init__(self) -> None:
        self._jobs: dict[str, Progress] = {}
        self._done: dict[str, set[str]] = {}

    def get(self, job_id: str) -> Progress | None:
        """How far a job is; None when it is not running."""
        return self._jobs.get(job_id)

    def note(self, job_id: str, event: Mapping[str, Any]) -> None:
        """Learn from an event."""
        known = self._jobs.get(job_id, Progress())
        done = self._done.setdefault(job_id, set())
        match event["type"]:
            case "job.started":
                known = Progress()
                done.clear()
            case "nodes.cached":
                done.update(event["nodes"])
                known = replace(known, done_nodes=len(done))
            case "node.started":
                known = replace(known, node=event["node"], value=0, total=0)
            case "node.progress":
                known = replace(known, node=event["node"], value=event["value"], total=event["total"])
            case "node.finished":
                done.add(event["node"])
                known = replace(known, done_nodes=len(done))
            case _:
                pass
        self._jobs[job_id] = known

    def forget(self, job_id: str) -> None:
        """The job is over."""
        self._jobs.pop(job_id, None)
        self._done.pop(job_id, None)
