"""Batches: one graph run many times, with inputs that vary."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Any

from pydantic import Field

from web.server.schemas.base import Model
from web.server.schemas.jobs import JobId, JobStateName, OutputImage, Priority, WebhookUrl
from web.server.schemas.workflow import DocumentBody, RunFormBody


class AxisInputModel(Model):
    """One input that varies: a node's widget, and its values in order."""

    node: str
    input: str
    values: list[Any] = Field(min_length=1, max_length=10_000)


class AxisModel(Model):
    """Inputs that vary together: the first value of each, then the second, and so on."""

    title: str = Field(default="", max_length=200)
    inputs: list[AxisInputModel] = Field(min_length=1, max_length=50)


class SubmitBatch(Model):
    """A wish to run a workflow (or a graph) for every point of the product of ``axes``; the last varies fastest.

    The same ``id`` twice is one batch.
    """

    workflow: DocumentBody | None = None
    graph: RunFormBody | None = None
    axes: list[AxisModel] = Field(min_length=1, max_length=10)
    targets: list[str] | None = Field(default=None, max_length=10_000)
    id: JobId | None = None
    title: str | None = Field(default=None, max_length=500)
    priority: Priority = 0
    webhook: WebhookUrl | None = None


class BatchProgress(Model):
    """How many of a batch's jobs are in each state. Deleted jobs are in none."""

    queued: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    lost: int = 0


class BatchModel(Model):
    """A batch. ``total`` is how many jobs it was queued with."""

    id: str
    number: int
    title: str
    created: float
    axes: list[AxisModel]
    total: int
    progress: BatchProgress


class BatchCell(Model):
    """One point of the grid: its step on each axis, its job, and the pictures that came of it."""

    index: int
    steps: list[int]
    job: str
    state: JobStateName
    images: list[OutputImage] = []


class BatchGrid(BatchModel):
    """A batch with its cells by index. ``next`` is the ``after`` of the page behind it."""

    cells: list[BatchCell]
    next: int | None = None


class BatchList(Model):
    """A page of batches, newest first. ``next`` is the ``before`` of the page after it."""

    batches: list[BatchModel]
    next: int | None = None


class BatchesQuery(Model):
    """How many, and below which number."""

    limit: int = Field(default=20, ge=1, le=100)
    before: int | None = None


class CellsQuery(Model):
    """How many cells, and behind which index."""

    limit: int = Field(default=500, ge=1, le=2000)
    after: int = -1
