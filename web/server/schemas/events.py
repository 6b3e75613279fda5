"""Events as they travel: one model per type, joined by ``type``."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Annotated, Any, Literal

from pydantic import Field

from web.server.schemas.base import Model
from web.server.schemas.problems import ProblemModel
from web.server.schemas.system import WorkerStateName


class JobQueuedEvent(Model):
    """A job was accepted and is on disk."""

    type: Literal["job.queued"]
    number: int
    title: str = ""
    batch: str | None = None


class JobStartedEvent(Model):
    """The worker has begun; `nodes` is the plan in order, `work` the steps of those that state them (others: one)."""

    type: Literal["job.started"]
    nodes: list[str] = []
    work: dict[str, int] = {}


class NodesCachedEvent(Model):
    """These nodes will not run: their outputs were at hand."""

    type: Literal["nodes.cached"]
    nodes: list[str] = []


class Place(Model):
    """Where a node that came of an expansion belongs; nodes of the submitted graph have none.

    `display` is the node to show in its stead, `parent` the one that expanded to it, `real` the submitted one.
    """

    display: str
    parent: str
    real: str


class NodeStartedEvent(Model):
    """A node begins. `why` says what made it run, such as `first`, `input:seed` or `upstream:model`."""

    type: Literal["node.started"]
    node: str
    why: list[str] = []
    place: Place | None = None


class NodeProgressEvent(Model):
    """Units of work done in the running node."""

    type: Literal["node.progress"]
    node: str
    value: int
    total: int
    place: Place | None = None


class NodeFinishedEvent(Model):
    """A node is done; ``ui`` is what it shows (``images`` with ``url``)."""

    type: Literal["node.finished"]
    node: str
    ui: dict[str, list[Any]] = {}
    seconds: float = 0.0
    cached: bool = False
    place: Place | None = None


class NodeNoticeEvent(Model):
    """Something to know of a node that goes on, such as what was done when memory ran short."""

    type: Literal["node.notice"]
    node: str
    problem: ProblemModel


class NodeMessageEvent(Model):
    """What a plug-in's node tells clients that know it."""

    type: Literal["node.message"]
    node: str
    kind: str
    data: Any = None
    client: str | None = None


class NodeFailedEvent(Model):
    """A node raised. `inputs` says what it had been given, each input as a list of short values."""

    type: Literal["node.failed"]
    node: str
    problem: ProblemModel
    details: str = ""
    inputs: dict[str, list[Any]] = {}
    place: Place | None = None


class JobFinishedEvent(Model):
    """The last event of every job."""

    type: Literal["job.finished"]
    outcome: Literal["succeeded", "failed", "cancelled", "lost"]
    problems: list[ProblemModel] = []
    seconds: float = 0.0


class JobRequeuedEvent(Model):
    """The job was cut off (the server stops, or a crash) and went back into the queue."""

    type: Literal["job.requeued"]


class JobDeletedEvent(Model):
    """A finished job was removed from the history."""

    type: Literal["job.deleted"]


class QueueChangedEvent(Model):
    """How many jobs wait and run now."""

    type: Literal["queue.changed"]
    queued: int
    running: int
    paused: bool = False


class WorkerChangedEvent(Model):
    """The worker's state changed; ``problem`` says why when it is bad."""

    type: Literal["worker.changed"]
    state: WorkerStateName
    problem: ProblemModel | None = None


class NodesChangedEvent(Model):
    """The palette changed: ask for the node types again."""

    type: Literal["nodes.changed"]
    revision: str


class PicturesChangedEvent(Model):
    """The gallery changed: pictures came (`added`, newest last), went, or were sorted otherwise."""

    type: Literal["pictures.changed"]
    added: list[int] = []


class LibraryChangedEvent(Model):
    """A sub-graph was published, replaced or taken away; ``revision`` is its version now, null when it is gone."""

    type: Literal["library.changed"]
    name: str
    revision: str | None = None


EventModel = Annotated[
    JobQueuedEvent
    | JobStartedEvent
    | NodesCachedEvent
    | NodeStartedEvent
    | NodeProgressEvent
    | NodeFinishedEvent
    | NodeNoticeEvent
    | NodeMessageEvent
    | NodeFailedEvent
    | JobFinishedEvent
    | JobRequeuedEvent
    | JobDeletedEvent
    | QueueChangedEvent
    | WorkerChangedEvent
    | NodesChangedEvent
    | PicturesChangedEvent
    | LibraryChangedEvent,
    Field(discriminator="type"),
]


class EventFrame(Model):
    """One event with its place in the one sequence. ``job_id`` is empty for what concerns no job."""

    seq: int
    job_id: str
    time: float
    event: EventModel


class HelloFrame(Model):
    """The first text frame of an event socket."""

    type: Literal["hello"]
    seq: int
    version: str
    worker: dict[str, Any]


class PreviewHeader(Model):
    """The JSON header of a binary frame: uint32 big-endian header length, this header, the picture's bytes."""

    type: Literal["node.preview"]
    job_id: str
    node: str
    media_type: str
    value: int = 0
    total: int = 0
    place: Place | None = None


class EventPage(Model):
    """A page of one job's stored events. ``next`` is the ``after`` of the page behind it, null at the end."""

    events: list[EventFrame]
    next: int | None = None


class EventsQuery(Model):
    """Where to begin and how many."""

    after: int = Field(default=0, ge=0)
    limit: int = Field(default=1000, ge=1, le=10_000)
