"""What can be done with jobs, whoever asks: our API and ComfyUI's routes are two doors to this one room."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.run_form import graph_to_json
from graph_engine.files.folders import Folders
from graph_engine.jobs.job import IllegalMove, Job, JobContent, NewJob
from graph_engine.jobs.store import JobStore, QueueCounts, Spot
from graph_engine.plan.reach import reachable
from graph_engine.run.executor import Executor
from graph_engine.validate.check import check_graph, check_workflow
from graph_engine.validate.problem import Problem, ProblemError
from graph_engine.validate.validate import Validation
from web.server.disk import require_room
from web.server.dispatcher import Dispatcher
from web.server.events.hub import EventHub
from web.server.node_types import UNKNOWN_TYPE, NodeTypes
from web.server.plugin_checks import with_own_checks
from web.server.queue_news import QueueNews
from web.server.run_requests import RunRequests
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
    priority: int = 0
    webhook: str | None = None
    retry_of: str | None = None
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
        requests: RunRequests,
        news: QueueNews,
        node_types: NodeTypes,
        folders: Folders,
        limits: Limits,
        executor: Executor,
    ) -> None:
        self.store = store
        self._executor = executor
        self._hub = hub
        self._dispatcher = dispatcher
        self._requests = requests
        self._news = news
        self._node_types = node_types
        self._folders = folders
        self._limits = limits

    async def check(self, wish: Wish) -> Validation:
        """Judge a wish without running it. Node types of plug-ins are known only once the worker has started."""
        await self._node_types.freshen(_types_in(wish))
        found = await self._check(wish)
        if any(item.code == UNKNOWN_TYPE for item in found.errors) and await self._node_types.settled():
            await self._node_types.freshen(_types_in(wish))
            found = await self._check(wish)
        return await with_own_checks(found, self._node_types.catalogue, self._executor)

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
        new = new_job(wish, validation)
        self._requests.remember(new.id, validation.graph)
        job, is_new = await self.store.add(new)
        if is_new:
            self.tell_queued(job)
        return Accepted(job=job, validation=validation)

    def tell_queued(self, job: Job) -> None:
        """A job was written into the queue."""
        told = {"type": "job.queued", "number": job.number, "title": job.title, "batch": job.batch_id}
        self._hub.publish(job.id, told)
        self._dispatcher.added(job)

    async def retry(self, job_id: str, new_id: str | None = None) -> Job | None:
        """Queue what a finished job ran once more, as a new job; None for an unknown one.

        Raises ``IllegalMove`` for one that is not over, and as :meth:`submit`.
        """
        job, content = await self.store.get(job_id), await self.store.content(job_id)
        if job is None or content is None:
            return None
        if not job.is_final:
            raise IllegalMove(job.id, job.state, "queued")
        wish = Wish(
            workflow=content.workflow,
            graph=content.graph,
            targets=content.targets,
            id=new_id,
            title=job.title,
            priority=job.priority,
            webhook=content.webhook,
            client_id=content.client_id,
            extra=content.extra,
            retry_of=job.id,
            accept=lambda found: bool(found.runnable),
        )
        return (await self.submit(wish)).job

    async def move(self, job_id: str, spot: Spot, other: str | None = None) -> Job:
        """Give a waiting job another place. Raises KeyError, ``IllegalMove``."""
        self._dispatcher.reordered()
        job = await self.store.move(job_id, spot, other)
        self._dispatcher.reordered()
        return job

    async def set_priority(self, job_id: str, priority: int) -> Job:
        """Give a waiting job another priority. Raises KeyError, ``IllegalMove``."""
        self._dispatcher.reordered()
        job = await self.store.set_priority(job_id, priority)
        self._dispatcher.reordered()
        return job

    async def pause(self, paused: bool) -> None:
        """Let no further job begin (the running one goes on), or let them begin again. Kept over restarts."""
        self._news.paused = paused
        self._dispatcher.reordered()
        await self.store.pause(paused)
        self._dispatcher.reordered()

    @property
    def paused(self) -> bool:
        """Whether the queue is paused."""
        return self._news.paused

    async def load_pause(self) -> None:
        """Learn from the disk whether the queue is paused."""
        self._news.paused = await self.store.paused()

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

    async def cancel_waiting(self, job_ids: Sequence[str] | None = None, *, batch_id: str | None = None) -> int:
        """Cancel these jobs where they still wait (None: all that wait, of a batch if named); answers how many."""
        return len(await self._cancel_queued(job_ids, batch_id))

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

    async def _cancel_queued(self, job_ids: Sequence[str] | None, batch_id: str | None = None) -> tuple[str, ...]:
        if job_ids is not None and not job_ids:
            return ()
        self._dispatcher.reordered()
        cancelled = await self.store.cancel_queued(job_ids, at=time.time(), batch_id=batch_id)
        for job_id in cancelled:
            event = {"type": "job.finished", "outcome": "cancelled", "problems": [], "seconds": 0.0}
            self._hub.publish(job_id, event)
            self._dispatcher.forget(job_id)
        if cancelled:
            self._dispatcher.reordered()
        return cancelled


def _types_in(wish: Wish) -> set[str]:
    """The node types that a wish may use; what is malformed is told by the check."""
    if wish.workflow is None:
        stated = (wish.graph or {}).values()
        return {item["class_type"] for item in stated if isinstance(item, Mapping) and _is_text(item.get("class_type"))}
    nodes = wish.workflow.get("nodes")
    listed = nodes if isinstance(nodes, list) else []
    return {item["type"] for item in listed if isinstance(item, Mapping) and _is_text(item.get("type"))}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def new_job(wish: Wish, validation: Validation) -> NewJob:
    """The job that a checked wish becomes."""
    graph = wish.graph if wish.graph is not None else graph_to_json(validation.graph)
    return NewJob(
        id=wish.id or str(uuid.uuid4()),
        title=wish.title if wish.title is not None else _title(wish.workflow),
        created=time.time(),
        node_count=len(reachable(validation.graph, validation.runnable)),
        front=wish.front,
        position=wish.position,
        priority=wish.priority,
        text=search_text(graph),
        retry_of=wish.retry_of,
        content=JobContent(
            graph=graph,
            workflow=wish.workflow,
            targets=validation.runnable,
            client_id=wish.client_id,
            extra=wish.extra,
            webhook=wish.webhook,
        ),
    )


def search_text(graph: Mapping[str, Any]) -> str:
    """What a search may find a graph by: the texts in its widgets."""
    found: list[str] = []
    for node in graph.values():
        inputs = node.get("inputs") if isinstance(node, Mapping) else None
        found += [value for value in inputs.values() if isinstance(value, str)] if isinstance(inputs, Mapping) else []
    return "\n".join(found)


def _title(workflow: Mapping[str, Any] | None) -> str:
    title = (workflow or {}).get("title")
    return title[:500] if isinstance(title, str) else ""


def _nothing_to_run() -> Problem:
    return Problem(code="graph.no_outputs", message="Nothing in this graph can run.", remedy="Add an output node.")
