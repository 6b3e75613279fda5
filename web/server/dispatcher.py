"""Takes the next queued job, runs it on the executor, tells what happens and writes down how it ended."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.graph import Graph
from graph_engine.files.folders import Folders
from graph_engine.jobs.job import Job, JobContent, JobState
from graph_engine.jobs.store import JobStore
from graph_engine.run.events import Event, JobFinished, NodeFinished, NodePreview, event_to_json
from graph_engine.run.executor import Executor, RunRequest
from graph_engine.spec.node import Catalogue
from graph_engine.validate.check import check_graph
from graph_engine.validate.problem import Problem, ProblemError
from graph_engine.validate.validate import Validation
from web.server.events.hub import EventHub
from web.server.events.record import PreviewFrame
from web.server.node_types import UNKNOWN_TYPE, NodeTypes
from web.server.persistence.failures import StorageFull
from web.server.pictures import NewPicture, PictureStore, is_picture, measure, with_urls
from web.server.progress import ProgressBoard

log = logging.getLogger(__name__)

CanvasExport = Callable[[Mapping[str, Any], Catalogue], Mapping[str, Any]]
"""Makes ComfyUI's canvas form of our document, to be embedded into pictures."""

REMEMBERED = 256
FAULTY_PAUSE = 60.0
STOP_SECONDS = 6.0
QUEUE_NEWS_SECONDS = 0.03
"""Changes of the queue that follow each other faster than this are told once."""


@dataclass
class _Run:
    """The job in hand."""

    job: Job
    content: JobContent
    outputs: dict[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict[str, Mapping[str, Sequence[Any]]])
    cancel_wanted: bool = False
    requeue_wanted: bool = False
    began: bool = False

    def show(self, node: str, ui: Mapping[str, Sequence[Any]], *, again: bool) -> None:
        """Take in what a node shows; ``again``: it comes of an expansion, and the node may show more than once."""
        before = self.outputs.get(node) if again else None
        if before is None:
            self.outputs[node] = ui
        else:
            for kind, items in ui.items():
                self.outputs[node] = {**self.outputs[node], kind: [*self.outputs[node].get(kind, ()), *items]}


class Dispatcher:
    """One job at a time, in the order of the queue."""

    def __init__(
        self,
        *,
        store: JobStore,
        pictures: PictureStore,
        hub: EventHub,
        executor: Executor,
        node_types: NodeTypes,
        folders: Folders,
        board: ProgressBoard,
        canvas: CanvasExport | None = None,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._hub = hub
        self._executor = executor
        self._node_types = node_types
        self._folders = folders
        self._board = board
        self._canvas = canvas
        self._checked: OrderedDict[str, Graph] = OrderedDict()
        self._news = asyncio.Event()
        self._stopping = False
        self._run: _Run | None = None
        self._task: asyncio.Task[None] | None = None
        self._queue_timer: asyncio.TimerHandle | None = None
        self._telling: set[asyncio.Task[None]] = set()

    @property
    def current(self) -> str | None:
        """The id of the running job."""
        return self._run.job.id if self._run else None

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._work(), name="dispatcher")

    def wake(self) -> None:
        """There is a new job."""
        self._news.set()
        self.queue_changed()

    def remember(self, job_id: str, graph: Graph) -> None:
        """Keep a checked graph, so that it need not be read and checked again when its turn comes."""
        self._checked[job_id] = graph
        while len(self._checked) > REMEMBERED:
            self._checked.popitem(last=False)

    def forget(self, job_id: str) -> None:
        """The job will not run."""
        self._checked.pop(job_id, None)

    async def cancel(self, job_id: str) -> bool:
        """Stop the job if it is in hand."""
        if self._run is None or self._run.job.id != job_id:
            return False
        self._run.cancel_wanted = True
        return await self._executor.cancel(job_id)

    async def stop(self) -> None:
        """Take no more jobs; put the running one back into the queue; answers within seconds."""
        self._stopping = True
        self._news.set()
        if self._run is not None:
            self._run.requeue_wanted = True
            await self._executor.cancel(self._run.job.id)
        if self._task is not None:
            done, _ = await asyncio.wait({self._task}, timeout=STOP_SECONDS)
            if not done:
                self._task.cancel()
                await asyncio.wait({self._task}, timeout=1)
            if self._run is not None:
                await self._requeue(self._run)
        if self._queue_timer is not None:
            self._queue_timer.cancel()

    def queue_changed(self) -> None:
        """Tell how many wait and run, once for a burst of changes."""
        if self._queue_timer is None:
            loop = asyncio.get_running_loop()
            self._queue_timer = loop.call_later(QUEUE_NEWS_SECONDS, self._tell_queue_soon)

    def _tell_queue_soon(self) -> None:
        self._queue_timer = None
        task = asyncio.get_running_loop().create_task(self._tell_queue())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_queue(self) -> None:
        counts = await self._store.counts()
        self._hub.publish("", {"type": "queue.changed", "queued": counts.queued, "running": counts.running})

    async def _work(self) -> None:
        while not self._stopping:
            await self._wait_while_faulty()
            self._news.clear()
            try:
                taken = await self._store.take_next(at=time.time())
            except Exception:
                log.exception("The next job could not be taken; trying again")
                await asyncio.sleep(2)
                continue
            if taken is None:
                await self._news.wait()
                continue
            self._run = _Run(*taken)
            self.queue_changed()
            try:
                await self._perform(self._run)
            finally:
                self._board.forget(taken[0].id)
                self.forget(taken[0].id)
            self._run = None
            self.queue_changed()

    async def _wait_while_faulty(self) -> None:
        """A worker that dies at every start gets a pause, and the queue with it."""
        since = time.monotonic()
        while self._executor.status().state == "faulty" and not self._stopping:
            if time.monotonic() - since > FAULTY_PAUSE:
                return
            await asyncio.sleep(0.5)

    async def _perform(self, run: _Run) -> None:
        started = time.monotonic()
        finished: JobFinished | None = None
        try:
            request = await self._request(run)
            async for event in self._executor.run(request):
                if isinstance(event, JobFinished):
                    finished = event
                    continue
                self._tell(run, event)
                if not run.began:
                    run.began = True
                    if run.cancel_wanted or run.requeue_wanted:
                        await self._executor.cancel(run.job.id)
        except ProblemError as refused:
            finished = JobFinished(outcome="failed", problems=refused.problems)
        except Exception as failure:
            log.exception("Job %s could not be run", run.job.id)
            problem = Problem(code="job.broken", message=f"The job could not be run: {failure}.")
            finished = JobFinished(outcome="failed", problems=(problem,))
        if finished is None:
            problem = Problem(code="job.no_end", message="The worker never said how the job ended.")
            finished = JobFinished(outcome="lost", problems=(problem,))
        if run.requeue_wanted and not run.cancel_wanted and finished.outcome in ("cancelled", "lost"):
            await self._requeue(run)
            return
        await self._finish(run, finished, time.monotonic() - started)

    async def _request(self, run: _Run) -> RunRequest:
        content = run.content
        graph = self._checked.pop(run.job.id, None)
        if graph is None:
            found = await self._check(content)
            if any(item.code == UNKNOWN_TYPE for item in found.errors) and await self._node_types.settled():
                found = await self._check(content)
            if not found.runnable:
                raise ProblemError(found.errors or (Problem(code="graph.empty", message="Nothing is left to run."),))
            graph = found.graph
        return RunRequest(job_id=run.job.id, graph=graph, targets=content.targets, metadata=self._metadata(content))

    async def _check(self, content: JobContent) -> Validation:
        catalogue, targets = self._node_types.catalogue, content.targets
        return await asyncio.to_thread(check_graph, content.graph, catalogue, targets=targets, files=self._folders)

    def _metadata(self, content: JobContent) -> dict[str, Any]:
        metadata: dict[str, Any] = {"prompt": content.graph}
        pnginfo = content.extra.get("extra_pnginfo")
        if isinstance(pnginfo, Mapping):
            metadata |= {name: value for name, value in pnginfo.items() if name != "prompt"}
        if content.workflow is not None:
            metadata["noiseloom"] = content.workflow
            if self._canvas is not None and "workflow" not in metadata:
                try:
                    metadata["workflow"] = self._canvas(content.workflow, self._node_types.catalogue)
                except Exception:
                    # A picture without ComfyUI's form of the workflow is better than no picture.
                    log.exception("The canvas form of job content could not be made")
        return metadata

    def _tell(self, run: _Run, event: Event) -> None:
        if isinstance(event, NodePreview):
            frame = PreviewFrame(run.job.id, event.node, event.media_type, event.data, event.value, event.total)
            self._hub.preview(frame)
            return
        told = event_to_json(event)
        if isinstance(event, NodeFinished):
            told["ui"] = with_urls(event.ui)
            if event.ui:
                run.show(event.place.display if event.place else event.node, told["ui"], again=event.place is not None)
        self._board.note(run.job.id, told)
        self._hub.publish(run.job.id, told)

    async def _finish(self, run: _Run, finished: JobFinished, seconds: float) -> None:
        state: JobState = finished.outcome
        pictures = await asyncio.to_thread(self._pictures_of, run)
        while True:
            try:
                await asyncio.gather(
                    self._store.finish(
                        run.job.id, state, at=time.time(), outputs=run.outputs, problems=finished.problems
                    ),
                    self._pictures.add(pictures),
                )
                break
            except StorageFull as full:
                log.error("%s", full)
                if self._stopping:
                    return
                await asyncio.sleep(2)
        told = event_to_json(finished)
        self._hub.publish(run.job.id, {**told, "seconds": finished.seconds or round(seconds, 3)})

    async def _requeue(self, run: _Run) -> None:
        await self._store.requeue(run.job.id)
        self._hub.publish(run.job.id, {"type": "job.requeued"})
        self._run = None

    def _pictures_of(self, run: _Run) -> list[NewPicture]:
        found: list[NewPicture] = []
        for node, ui in run.outputs.items():
            for item in ui.get("images", ()):
                if not is_picture(item):
                    continue
                place = (item["type"], item.get("subfolder") or "", item["filename"])
                size = measure(self._folders.jail, *place)
                found.append(
                    NewPicture(
                        job_id=run.job.id,
                        node=node,
                        root=place[0],
                        subfolder=place[1],
                        filename=place[2],
                        width=size[0] if size else None,
                        height=size[1] if size else None,
                        created=time.time(),
                    )
                )
        return found
