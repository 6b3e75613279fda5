"""What can be done with jobs, whoever asks: our API and ComfyUI's routes are two doors to this one room."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.run_form import graph_to_json
from graph_engine.files.folders import Folders
from graph_engine.jobs.job import Job, JobContent, NewJob
from graph_engine.jobs.store import JobStore, QueueCounts
from graph_engine.plan.reach import reachable
from graph_engine.validate.check import check_graph, check_workflow
from graph_engine.validate.problem import Problem, ProblemError
from graph_engine.validate.validate import Validation
from web.server.disk import require_room
from web.server.dispatcher import Dispatcher
from web.server.events.hub import EventHub
from web.server.node_types import UNKNOWN_TYPE, NodeTypes
from web.server.settings import Limits

IN_THREAD = 200
"""Graphs with more nodes than this are checked outside the event loop."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What someone wants run: a ``workflow`` document or a ``graph`` in run form.

    ``accept`` decides whether what validation found may run (the outputs that no problem reaches); by default any
    problem refuses the whole.
    ``client_id`` and ``extra`` are handed back untouched.
    """

    workflow: Mapping[str, Any] | None = None
    graph: Mapping[str, Any] | None = None
    targets: Sequence[str] | None = None
    front: bool = False
    position: float | None = None
    id: str | None = None
    title: str | None = None
    accept: Callable[[Validation], bool] = lambda found: not found.errors
    client_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A job that is on disk, and what validation said (None when the same job had been accepted before)."""

    job: Job
    validation: Validation | None


class Rejected(ProblemError):  # noqa: N818 - reads as what it is
    """A wish that cannot be run. ``validation`` has the details."""

    def __init__(self, validation: Validation) -> None:
        super().__init__(validation.errors or validation.problems or (_nothing_to_run(),))
        self.validation = validation


class JobService:
    """Submit, look, cancel, delete."""

    def __init__(
        self,
        *,
        store: JobStore,
        hub: EventHub,
        dispatcher: Dispatcher,
        node_types: NodeTypes,
        folders: Folders,
        limits: Limits,
    ) -> None:
        self.store = store
        self._hub = hub
        self._dispatcher = dispatcher
        self._node_types = node_types
        self._folders = folders
        self._limits = limits

    async def check(self, wish: Wish) -> Validation:
        """Judge a wish without running it. Node types of plug-ins are known only once the worker has started."""
        found = await self._check(wish)
        if any(item.code == UNKNOWN_TYPE for item in found.errors) and await self._node_types.settled():
            return await self._check(wish)
        return found

    async def _check(self, wish: Wish) -> Validation:
        catalogue, targets = self._node_types.catalogue, wish.targets
        if wish.workflow is not None:
            document = wish.workflow
            size = len(document["nodes"]) if isinstance(document.get("nodes"), list) else 0

            def work() -> Validation:
                return check_workflow(document, catalogue, targets=targets, files=self._folders)
        else:
            graph = wish.graph or {}
            size = len(graph)

            def work() -> Validation:
                return check_graph(graph, catalogue, targets=targets, files=self._folders)

        return await asyncio.to_thread(work) if size > IN_THREAD else work()

    async def submit(self, wish: Wish) -> Accepted:
        """Check and queue a job; when this returns it is on disk.

        Raises :class:`Rejected`, ``QueueFull``, ``StorageFull``.
        """
        if wish.id is not None and (known := await self.store.get(wish.id)) is not None:
            return Accepted(job=known, validation=None)
        validation = await self.check(wish)
        if not validation.runnable or not wish.accept(validation):
            raise Rejected(validation)
        require_room(self._folders.data, self._limits.disk_reserve)
        new = NewJob(
            id=wish.id or str(uuid.uuid4()),
            title=wish.title if wish.title is not None else _title(wish.workflow),
            created=time.time(),
            node_count=len(reachable(validation.graph, validation.runnable)),
            front=wish.front,
            position=wish.position,
            content=JobContent(
                graph=wish.graph if wish.graph is not None else graph_to_json(validation.graph),
                workflow=wish.workflow,
                targets=validation.runnable,
                client_id=wish.client_id,
                extra=wish.extra,
            ),
        )
        self._dispatcher.remember(new.id, validation.graph)
        job, is_new = await self.store.add(new)
        if is_new:
            self._hub.publish(job.id, {"type": "job.queued", "number": job.number, "title": job.title})
            self._dispatcher.wake()
        return Accepted(job=job, validation=validation)

    async def cancel(self, job_id: str) -> Job | None:
        """Stop a job that waits or runs; answers how it stands now, None for an unknown one."""
        job = await self.store.get(job_id)
        if job is None or job.is_final:
            return job
        if await self._cancel_queued([job_id]):
            return await self.store.get(job_id)
        await self._dispatcher.cancel(job_id)
        return await self.store.get(job_id)

    async def cancel_running(self) -> int:
        """Stop what runs now; answers how many."""
        current = self._dispatcher.current
        if current is None:
            return 0
        await self._dispatcher.cancel(current)
        return 1

    async def cancel_waiting(self, job_ids: Sequence[str] | None = None) -> int:
        """Cancel these jobs where they still wait (None: all that wait); answers how many."""
        return len(await self._cancel_queued(job_ids))

    async def cancel_all(self) -> int:
        """Stop everything; answers how many."""
        return await self.cancel_waiting() + await self.cancel_running()

    async def delete(self, job_ids: Sequence[str] | None) -> tuple[str, ...]:
        """Forget finished jobs (None: all finished); answers which."""
        await self._hub.flush()
        removed = await self.store.delete(job_ids)
        for job_id in removed:
            self._hub.publish(job_id, {"type": "job.deleted"})
        return removed

    async def counts(self) -> QueueCounts:
        """How many wait and run."""
        return await self.store.counts()

    @property
    def running(self) -> str | None:
        """The id of the job that runs now."""
        return self._dispatcher.current

    async def _cancel_queued(self, job_ids: Sequence[str] | None) -> tuple[str, ...]:
        cancelled = await self.store.cancel_queued(job_ids, at=time.time())
        for job_id in cancelled:
            event = {"type": "job.finished", "outcome": "cancelled", "problems": [], "seconds": 0.0}
            self._hub.publish(job_id, event)
            self._dispatcher.forget(job_id)
        if cancelled:
            self._dispatcher.queue_changed()
        return cancelled


def _title(workflow: Mapping[str, Any] | None) -> str:
    title = (workflow or {}).get("title")
    return title[:500] if isinstance(title, str) else ""


def _nothing_to_run() -> Problem:
    return Problem(code="graph.no_outputs", message="Nothing in this graph can run.", remedy="Add an output node.")
