"""From one form of a workflow to another."""

from typing import Any, Literal

from web.server.schemas.base import Model
from web.server.schemas.problems import ProblemModel

WorkflowForm = Literal["document", "graph", "canvas", "canvas-1.0"]


class ConvertWorkflow(Model):
    """A workflow in any form, and the form it is wanted in.

    ``document`` is ours, ``graph`` is the run form (ComfyUI's API format), ``canvas`` is what ComfyUI's page saves
    (workflow JSON 0.4), ``canvas-1.0`` the form after it. A canvas of either version is read.
    """

    workflow: dict[str, Any]
    to: WorkflowForm = "document"


class ConvertedWorkflow(Model):
    """The workflow in the form that was asked for, and what was found on the way."""

    form: WorkflowForm
    came_as: WorkflowForm
    workflow: dict[str, Any]
    problems: list[ProblemModel]
