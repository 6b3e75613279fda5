"""Workflows saved by name."""

from typing import Any

from pydantic import Field

from web.server.schemas.base import Model
from web.server.schemas.problems import ProblemModel
from web.server.schemas.workflow import DocumentBody


class ModelNeed(Model):
    """A model file that a workflow names, and whether it is here."""

    folder: str
    name: str
    present: bool


class WorkflowCard(Model):
    """What a workflow is, without opening it. ``outline``: boxes of its nodes as x, y, width, height."""

    title: str
    description: str
    tags: list[str]
    nodes: int
    outline: list[tuple[int, int, int, int]]
    models: list[ModelNeed]
    unknown_types: list[str]


class SavedWorkflow(Model):
    """A saved workflow in the list. ``modified`` is in seconds since 1970; ``card`` is null where it is damaged."""

    name: str
    size: int
    modified: float
    card: WorkflowCard | None = None
    thumbnail: str | None = None


class SavedWorkflowList(Model):
    """A page of saved workflows by name. ``next`` is the ``after`` of the next page."""

    workflows: list[SavedWorkflow]
    next: str | None = None


class SavedQuery(Model):
    """Which page."""

    limit: int = Field(default=100, ge=1, le=1000)
    after: str | None = None


class OpenedWorkflow(Model):
    """A saved workflow, brought up to date; ``problems`` tell what was moved on the way."""

    name: str
    revision: str
    workflow: dict[str, Any]
    problems: list[ProblemModel]


class SaveWorkflow(Model):
    """A workflow to save. ``revision`` is the one the change was made from; null says that the name should be new."""

    workflow: DocumentBody
    revision: str | None = None


class SavedRevision(Model):
    """Where a saved workflow is now."""

    name: str
    revision: str


class WorkflowVersion(Model):
    """An earlier state; ``saved`` is when it was replaced."""

    number: int
    size: int
    saved: float


class WorkflowVersionList(Model):
    """Earlier states, newest first."""

    versions: list[WorkflowVersion]


class DeletedWorkflow(Model):
    """``trash`` brings it back."""

    trash: str


class TrashedWorkflow(Model):
    """A deleted workflow: ``trash`` brings it back, ``name`` is what it was called, with its folder."""

    trash: str
    name: str
    deleted: float


class TrashList(Model):
    """What was deleted, newest first."""

    workflows: list[TrashedWorkflow]


class MoveWorkflow(Model):
    """Another name for a saved workflow."""

    to: str


class ThumbnailSource(Model):
    """The picture to show for a workflow: a file of the output, input or temporary folder."""

    root: str
    path: str


class RestoreWorkflow(Model):
    """Bring a workflow back from the trash."""

    trash: str
    name: str
