"""The queue as it is told."""

from pydantic import Field

from web.server.schemas.base import Model
from web.server.schemas.jobs import JobModel
from web.server.schemas.system import QueueModel


class QueueJobs(Model):
    """Waiting jobs, first to run first. ``next`` is the ``after`` of the page behind it."""

    queue: QueueModel
    waiting: list[JobModel]
    next: str | None = None


class QueueQuery(Model):
    """How many, and behind which job."""

    limit: int = Field(default=100, ge=1, le=1000)
    after: str | None = None
