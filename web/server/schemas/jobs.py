"""Jobs: what is asked, and what is told of them."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Annotated, Any, Literal

from pydantic import Field

from web.server.schemas.base import Model
from web.server.schemas.problems import ProblemModel
from web.server.schemas.workflow import DocumentBody, RunFormBody

JobStateName = Literal["queued", "running", "succeeded", "failed", "cancelled", "lost"]
Priority = Annotated[int, Field(ge=-1000, le=1000, description="Higher runs first.")]
WebhookUrl = Annotated[
    str, Field(pattern=r"^https?://[^\s]+$", max_length=2000, description="Told with POST how the job ended.")
]
JobId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$")]


class SubmitJob(Model):
    """A wish to run a workflow (or a graph in run form). The same ``id`` twice is one job."""

    workflow: DocumentBody | None = None
    graph: RunFormBody | None = None
    targets: list[str] | None = Field(default=None, max_length=10_000)
    front: bool = False
    id: JobId | None = None
    title: str | None = Field(default=None, max_length=500)
    priority: Priority = 0
    webhook: WebhookUrl | None = None


class OutputImage(Model):
    """A picture that a node showed. ``type`` is the root it lies in."""

    filename: str
    subfolder: str = ""
    type: Literal["output", "input", "temp"]
    url: str


class NodeOutput(Model):
    """What one node showed: its pictures, and anything else it told under its own names."""

    images: list[OutputImage] = []
    other: dict[str, list[Any]] = {}


class JobProgress(Model):
    """How far a running job is: the running node's units of work, and the nodes that are done."""

    node: str | None = None
    value: int = 0
    total: int = 0
    done_nodes: int = 0


class JobModel(Model):
    """A job without its workflow. Times are seconds since 1970."""

    id: str
    number: int
    state: JobStateName
    title: str
    created: float
    started: float | None = None
    finished: float | None = None
    node_count: int
    progress: JobProgress | None = None
    outputs: dict[str, NodeOutput] = {}
    problems: list[ProblemModel] = []
    priority: int = 0
    retry_of: str | None = None
    batch: str | None = None
    batch_index: int | None = None


class JobDetail(JobModel):
    """A job with what it ran."""

    workflow: DocumentBody | None = None
    graph: RunFormBody | None = None
    targets: list[str] | None = None


class JobList(Model):
    """A page of jobs, newest first. ``next`` is the ``before`` of the page after it."""

    jobs: list[JobModel]
    next: int | None = None


class JobsQuery(Model):
    """Which jobs. ``state`` is a comma-separated list; ``search`` words that title or prompts must all hold."""

    state: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    before: int | None = None
    search: str | None = Field(default=None, max_length=200)


class RetryJob(Model):
    """A wish to run a finished job once more. The same ``id`` twice is one job."""

    id: JobId | None = None


class MoveJob(Model):
    """Where a waiting job is to go: ``to`` an end of the queue, or ``before`` or ``after`` another waiting job."""

    to: Literal["front", "back"] | None = None
    before: str | None = None
    after: str | None = None


class SetPriority(Model):
    """A waiting job's new priority."""

    priority: Priority


class CancelledCount(Model):
    """How many jobs were told to stop."""

    cancelled: int
